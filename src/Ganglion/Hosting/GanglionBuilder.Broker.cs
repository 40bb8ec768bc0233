using System.Diagnostics.Metrics;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Hosting;

// The one broker.
public sealed partial class GanglionBuilder
{
    /// <summary>Keeps events in a data folder, on disk. The host opens the folder when it starts, and no other process can meanwhile.</summary>
    /// <param name="folder">The data folder; it is made if it is not there.</param>
    /// <param name="configure">Says how the broker keeps its log, and where it listens for clients of Kafka. Default: nowhere.</param>
    /// <remarks>
    /// If the folder cannot be opened, the host does not start: <see cref="StorageException"/>. Nor does it if anything is wrong with what is
    /// configured: <see cref="EmbeddedBrokerSettingsException"/>.
    /// </remarks>
    public GanglionBuilder UseEmbeddedBroker(string folder, Action<EmbeddedBrokerBuilder>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return UseEmbeddedBroker(broker =>
        {
            broker.Folder = folder;
            configure?.Invoke(broker);
        });
    }

    /// <summary>
    /// Keeps events in a data folder, on disk: the one that is configured (<c>Ganglion:EmbeddedBroker:Folder</c>), or else <c>data</c>. The host opens
    /// the folder when it starts, and no other process can meanwhile.
    /// </summary>
    /// <param name="configure">Says how the broker keeps its log, and where it listens for clients of Kafka. Default: nowhere.</param>
    /// <inheritdoc cref="UseEmbeddedBroker(string, Action{EmbeddedBrokerBuilder}?)" path="/remarks"/>
    public GanglionBuilder UseEmbeddedBroker(Action<EmbeddedBrokerBuilder>? configure = null) =>
        UseEmbeddedBroker(
            configure,
            // Services are made synchronously; this waits for the disk once, while the host starts.
            static (settings, options) => EmbeddedBroker.OpenAsync(settings.Folder, options).GetAwaiter().GetResult());

    /// <summary>Keeps events in memory: the same behaviour as on disk, and nothing left when the process ends.</summary>
    /// <param name="configure">Says how the broker keeps its log, and where it listens for clients of Kafka. Default: nowhere.</param>
    /// <remarks>If anything is wrong with what is configured, the host does not start: <see cref="EmbeddedBrokerSettingsException"/>.</remarks>
    public GanglionBuilder UseVolatileBroker(Action<EmbeddedBrokerBuilder>? configure = null) =>
        UseEmbeddedBroker(configure, static (_, options) => EmbeddedBroker.CreateVolatile(options));

    /// <summary>Uses a broker of your own making. It is opened when the host starts, and disposed of when all else has stopped.</summary>
    /// <param name="open">Opens the broker.</param>
    public GanglionBuilder UseBroker(Func<IServiceProvider, IEventBroker> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        RemoveBroker();
        Services.AddSingleton(open);
        return this;
    }

    /// <summary>Uses a broker that is open already and stays yours: the host does not dispose of it.</summary>
    /// <param name="broker">The broker.</param>
    public GanglionBuilder UseBroker(IEventBroker broker)
    {
        ArgumentNullException.ThrowIfNull(broker);
        RemoveBroker();
        Services.AddSingleton(broker);
        return this;
    }

    /// <summary>The host's clock, logging and metrics, where the options have none of their own.</summary>
    internal static EmbeddedBrokerOptions OptionsFor(IServiceProvider services, EmbeddedBrokerOptions options) => options with
    {
        TimeProvider = options.TimeProvider == TimeProvider.System ? services.GetRequiredService<TimeProvider>() : options.TimeProvider,
        LoggerFactory = options.LoggerFactory == NullLoggerFactory.Instance
            ? services.GetService<ILoggerFactory>() ?? options.LoggerFactory
            : options.LoggerFactory,
        MeterFactory = options.MeterFactory ?? services.GetService<IMeterFactory>(),
    };

    private GanglionBuilder UseEmbeddedBroker(
        Action<EmbeddedBrokerBuilder>? configure, Func<EmbeddedBrokerSettings, EmbeddedBrokerOptions, EmbeddedBroker> open)
    {
        var broker = new EmbeddedBrokerBuilder();
        configure?.Invoke(broker);
        UseBroker(services =>
        {
            EmbeddedBrokerSettings settings = services.GetRequiredService<EmbeddedBrokerSettings>();
            EmbeddedBrokerOptions options = OptionsFor(services, broker.Options);
            return open(settings, options with { TopicDefaults = options.TopicDefaults with { Partitions = settings.Partitions } });
        });
        Services.AddSingleton(services => new EmbeddedBrokerSettings(broker, services.GetService<IConfiguration>()));
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, KafkaListenerService>());
        return this;
    }

    // Its listeners go with it.
    private void RemoveBroker()
    {
        Services.RemoveAll<IEventBroker>();
        Services.RemoveAll<EmbeddedBrokerSettings>();
    }
}
