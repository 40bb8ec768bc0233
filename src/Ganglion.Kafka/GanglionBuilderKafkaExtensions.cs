using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Kafka;

/// <summary>Lets agents run on Apache Kafka.</summary>
public static class GanglionBuilderKafkaExtensions
{
    /// <summary>Keeps events on a cluster of Apache Kafka. Nothing else changes for the agents.</summary>
    /// <param name="builder">What is being built.</param>
    /// <param name="bootstrapServers">Some of the cluster's addresses, <c>host:port</c> each, separated by commas.</param>
    public static GanglionBuilder UseKafka(this GanglionBuilder builder, string bootstrapServers) =>
        builder.UseKafka(new KafkaBrokerOptions { BootstrapServers = bootstrapServers });

    /// <summary>Keeps events on a cluster of Apache Kafka. Nothing else changes for the agents.</summary>
    /// <param name="builder">What is being built.</param>
    /// <param name="options">Where the cluster is, and how to behave there. The clock and the logging are the host's, unless it names others.</param>
    public static GanglionBuilder UseKafka(this GanglionBuilder builder, KafkaBrokerOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        return builder.UseBroker(services => KafkaBroker.Open(options with
        {
            TimeProvider = options.TimeProvider == TimeProvider.System ? services.GetRequiredService<TimeProvider>() : options.TimeProvider,
            LoggerFactory = options.LoggerFactory == NullLoggerFactory.Instance
                ? services.GetService<ILoggerFactory>() ?? options.LoggerFactory
                : options.LoggerFactory,
        }));
    }
}
