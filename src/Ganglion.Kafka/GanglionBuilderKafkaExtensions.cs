using Ganglion.Hosting;
using Ganglion.Kafka.Connecting;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Kafka;

/// <summary>
/// Lets agents run on Apache Kafka. What code says counts for more than the configuration section <c>Ganglion:Kafka</c>: an address
/// that is given is taken instead of the configured one, and options that are given are taken whole. Within the configuration, as everywhere in .NET,
/// variables of the environment (<c>Ganglion__Kafka__Sasl__Password</c>) count for more than <c>appsettings.json</c>.
/// </summary>
public static class GanglionBuilderKafkaExtensions
{
    /// <summary>Keeps events on the cluster of Apache Kafka that is configured. Nothing else changes for the agents.</summary>
    /// <param name="builder">What is being built.</param>
    /// <remarks>If anything is wrong with the settings, the host does not start: <see cref="KafkaSettingsException"/>, or <see cref="KafkaException"/> if the cluster cannot be reached.</remarks>
    public static GanglionBuilder UseKafka(this GanglionBuilder builder) => builder.UseKafka(static options => options);

    /// <summary>Keeps events on a cluster of Apache Kafka. Everything but its address is as it is configured. Nothing else changes for the agents.</summary>
    /// <param name="builder">What is being built.</param>
    /// <param name="bootstrapServers">Some of the cluster's addresses, <c>host:port</c> each, separated by commas.</param>
    /// <remarks>If anything is wrong with the settings, the host does not start: <see cref="KafkaSettingsException"/>, or <see cref="KafkaException"/> if the cluster cannot be reached.</remarks>
    public static GanglionBuilder UseKafka(this GanglionBuilder builder, string bootstrapServers)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(bootstrapServers);
        return builder.UseKafka(options => options.WithServers(bootstrapServers));
    }

    /// <summary>Keeps events on a cluster of Apache Kafka. Nothing else changes for the agents.</summary>
    /// <param name="builder">What is being built.</param>
    /// <param name="configure">Changes what is configured, as in <c>options => options with { AutoCreateTopics = false }</c>.</param>
    /// <remarks>If anything is wrong with the settings, the host does not start: <see cref="KafkaSettingsException"/>, or <see cref="KafkaException"/> if the cluster cannot be reached.</remarks>
    public static GanglionBuilder UseKafka(this GanglionBuilder builder, Func<KafkaBrokerOptions, KafkaBrokerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.UseCluster(services =>
        {
            NativeClient.Load();
            var faults = new List<string>();
            KafkaBrokerOptions configured = KafkaSection.Read(services.GetService<IConfiguration>(), faults);
            return Open(services, configure(configured), faults);
        });
    }

    /// <summary>Keeps events on a cluster of Apache Kafka. The configuration is not looked at. Nothing else changes for the agents.</summary>
    /// <param name="builder">What is being built.</param>
    /// <param name="options">Where the cluster is, and how to behave there. The clock and the logging are the host's, unless it names others.</param>
    /// <remarks>If anything is wrong with the options, the host does not start: <see cref="KafkaSettingsException"/>, or <see cref="KafkaException"/> if the cluster cannot be reached.</remarks>
    public static GanglionBuilder UseKafka(this GanglionBuilder builder, KafkaBrokerOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        return builder.UseCluster(services => Open(services, options, []));
    }

    private static GanglionBuilder UseCluster(this GanglionBuilder builder, Func<IServiceProvider, KafkaBroker> open)
    {
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, KafkaStart>());
        return builder.UseBroker(open);
    }

    private static KafkaBroker Open(IServiceProvider services, KafkaBrokerOptions options, List<string> faults) => KafkaBroker.Open(
        options with
        {
            TimeProvider = options.TimeProvider == TimeProvider.System ? services.GetRequiredService<TimeProvider>() : options.TimeProvider,
            LoggerFactory = options.LoggerFactory == NullLoggerFactory.Instance
                ? services.GetService<ILoggerFactory>() ?? options.LoggerFactory
                : options.LoggerFactory,
        },
        faults);
}
