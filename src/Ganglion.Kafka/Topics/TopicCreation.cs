using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using Ganglion.Kafka.Requests;
using Microsoft.Extensions.Logging;
using static Confluent.Kafka.IAdminClientExtensions;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Topics;

/// <summary>Asks the cluster to create topics, with as many copies as it can keep.</summary>
/// <param name="client">Asks the cluster.</param>
/// <param name="requests">Asks it again if need be.</param>
/// <param name="options">How many copies there are to be.</param>
/// <param name="logger">Where it logs.</param>
internal sealed partial class TopicCreation(Client.IAdminClient client, ClusterRequests requests, KafkaBrokerOptions options, ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <exception cref="TopicException">The cluster has it already, or refuses the settings.</exception>
    public async Task CreateAsync(string name, TopicSettings settings, CancellationToken cancellationToken)
    {
        if (options.CreateTopic is { } create)
        {
            await create(name, settings, cancellationToken).ConfigureAwait(false);
            return;
        }

        Replication wanted = Replication.Of(settings, options);
        Replication replication = wanted.Copies is null ? wanted : wanted.ClampTo(await CountBrokersAsync(name, cancellationToken).ConfigureAwait(false));
        if (replication != wanted)
        {
            LogClamped(name, wanted.Copies, replication.Copies);
        }

        TopicSpecification specification = SpecificationOf(name, settings, replication);
        await requests.ChangeAsync(
            timeout => client.CreateTopicsAsync([specification], new CreateTopicsOptions { RequestTimeout = timeout, OperationTimeout = timeout }),
            made: Client.ErrorCode.TopicAlreadyExists,
            $"'{name}'",
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> CountBrokersAsync(string name, CancellationToken cancellationToken)
    {
        DescribeClusterResult cluster = await requests.AskAsync(
            timeout => client.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = timeout }), $"'{name}'", cancellationToken).ConfigureAwait(false);
        return cluster.Nodes.Count;
    }

    private static TopicSpecification SpecificationOf(string name, TopicSettings settings, Replication replication)
    {
        Dictionary<string, string> entries = TopicConfiguration.ToEntries(settings);
        if (replication.MinInSync is { } least)
        {
            entries["min.insync.replicas"] = $"{least}";
        }

        return new TopicSpecification
        {
            Name = name,
            NumPartitions = settings.Partitions ?? -1,
            ReplicationFactor = (short)(replication.Copies ?? -1),
            Configs = entries,
        };
    }

    [LoggerMessage(420, LogLevel.Warning, "The topic {Topic} is to have {Wanted} copies, but the cluster has {Brokers} brokers: it gets as many.")]
    private partial void LogClamped(string topic, int? wanted, int? brokers);
}
