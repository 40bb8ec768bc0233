using System.Diagnostics.Metrics;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Hosting;

// The one broker.
public sealed partial class GanglionBuilder
{
    /// <summary>Keeps events in a data folder, on disk. The host opens the folder when it starts, and no other process can meanwhile.</summary>
    /// <param name="folder">The data folder; it is made if it is not there.</param>
    /// <param name="options">How the broker keeps its log. The clock, the logging and the metrics are the host's, unless it names others.</param>
    /// <remarks>If the folder cannot be opened, the host does not start: <see cref="StorageException"/>.</remarks>
    public GanglionBuilder UseEmbeddedBroker(string folder, EmbeddedBrokerOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);

        // Services are made synchronously; this waits for the disk once, while the host starts.
        return UseBroker(services => EmbeddedBroker.OpenAsync(folder, OptionsFor(services, options)).GetAwaiter().GetResult());
    }

    /// <summary>Keeps events in memory: the same behaviour as on disk, and nothing left when the process ends.</summary>
    /// <param name="options">How the broker keeps its log. The clock, the logging and the metrics are the host's, unless it names others.</param>
    public GanglionBuilder UseVolatileBroker(EmbeddedBrokerOptions? options = null) =>
        UseBroker(services => EmbeddedBroker.CreateVolatile(OptionsFor(services, options)));

    /// <summary>Uses a broker of your own making. It is opened when the host starts, and disposed of when all else has stopped.</summary>
    /// <param name="open">Opens the broker.</param>
    public GanglionBuilder UseBroker(Func<IServiceProvider, IEventBroker> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        Services.RemoveAll<IEventBroker>();
        Services.AddSingleton(open);
        return this;
    }

    /// <summary>Uses a broker that is open already and stays yours: the host does not dispose of it.</summary>
    /// <param name="broker">The broker.</param>
    public GanglionBuilder UseBroker(IEventBroker broker)
    {
        ArgumentNullException.ThrowIfNull(broker);
        Services.RemoveAll<IEventBroker>();
        Services.AddSingleton(broker);
        return this;
    }

    /// <summary>The host's clock, logging and metrics, where the options have none of their own.</summary>
    internal static EmbeddedBrokerOptions OptionsFor(IServiceProvider services, EmbeddedBrokerOptions? options)
    {
        options ??= new EmbeddedBrokerOptions();
        return options with
        {
            TimeProvider = options.TimeProvider == TimeProvider.System ? services.GetRequiredService<TimeProvider>() : options.TimeProvider,
            LoggerFactory = options.LoggerFactory == NullLoggerFactory.Instance
                ? services.GetService<ILoggerFactory>() ?? options.LoggerFactory
                : options.LoggerFactory,
            MeterFactory = options.MeterFactory ?? services.GetService<IMeterFactory>(),
        };
    }
}
