using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using Ganglion.Kafka.Requests;
using Microsoft.Extensions.Logging;
using Client = Confluent.Kafka;
using TopicDescription = Ganglion.Brokers.TopicDescription;

namespace Ganglion.Kafka.Topics;

/// <summary>The topics of a cluster.</summary>
internal sealed class KafkaTopicAdministration : ITopicAdministration
{
    private readonly Client.IAdminClient _client;
    private readonly ClusterRequests _requests;
    private readonly ClusterTopics _known;
    private readonly PartitionOffsets _offsets;
    private readonly TopicCreation _creation;
    private readonly TopicDescriber _describer;

    /// <param name="client">Asks the cluster.</param>
    /// <param name="requests">Asks it again if need be.</param>
    /// <param name="known">Knows which there are.</param>
    /// <param name="offsets">Knows where partitions begin and end.</param>
    /// <param name="options">How to behave there.</param>
    public KafkaTopicAdministration(
        Client.IAdminClient client, ClusterRequests requests, ClusterTopics known, PartitionOffsets offsets, KafkaBrokerOptions options)
    {
        ILogger logger = options.LoggerFactory.CreateLogger<KafkaTopicAdministration>();
        _client = client;
        _requests = requests;
        _known = known;
        _offsets = offsets;
        _creation = new TopicCreation(client, requests, options, logger);
        _describer = new TopicDescriber(requests, known, offsets, new TopicConfigurations(client, logger));
    }

    public async ValueTask<TopicDescription> CreateAsync(string name, TopicSettings? settings = null, CancellationToken cancellationToken = default)
    {
        TopicRules.CheckName(name);
        settings ??= new TopicSettings();
        TopicRules.Resolve(settings, new TopicSettings());
        await _creation.CreateAsync(name, settings, cancellationToken).ConfigureAwait(false);
        return await WhenKnownAsync(name, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            ClusterTopic deleted = (await _known.AskAsync([name], cancellationToken).ConfigureAwait(false))[name];
            await _requests.ChangeAsync(
                timeout => _client.DeleteTopicsAsync([name], new DeleteTopicsOptions { RequestTimeout = timeout, OperationTimeout = timeout }),
                made: Client.ErrorCode.UnknownTopicOrPart,
                $"'{name}'",
                cancellationToken).ConfigureAwait(false);
            await WhenGoneAsync(name, deleted, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _known.Forget(name);
            _known.EndMissing(name);
        }
    }

    public async ValueTask<TopicDescription?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        TopicName.IsValid(name) ? (await _describer.DescribeAsync([name], cancellationToken).ConfigureAwait(false)).SingleOrDefault() : null;

    public async ValueTask<IReadOnlyList<TopicDescription>> ListAsync(CancellationToken cancellationToken = default)
    {
        string[] all = await _requests.AskAsync(
            timeout => ClusterTopics.ListOnceAsync(_client, timeout), "the list of topics", cancellationToken).ConfigureAwait(false);
        List<TopicDescription> topics = await _describer.DescribeAsync(all, cancellationToken).ConfigureAwait(false);
        return [.. topics.OrderBy(topic => topic.Name, StringComparer.Ordinal)];
    }

    public ValueTask<long> GetOffsetAsync(TopicPartition partition, OffsetPosition position, CancellationToken cancellationToken = default) =>
        _offsets.FindAsync(partition, position, cancellationToken);

    // The one who created it has told the controller only; the others learn of it, and of who leads it, in their time. Whoever describes it asks
    // the leaders of all partitions.
    private Task<TopicDescription> WhenKnownAsync(string name, CancellationToken cancellationToken) => _requests.AskAsync(
        async timeout => (await _describer.DescribeOnceAsync([name], timeout).ConfigureAwait(false)).SingleOrDefault()
            ?? throw new KafkaException(
                KafkaErrors.Unavailable, $"The topic '{name}' was created, but the brokers do not know of it: it was deleted again, or the cluster is overloaded."),
        $"'{name}'",
        cancellationToken);

    // Nor is it gone everywhere when the controller has deleted it. One of the same name that somebody has created since is another one.
    private Task<bool> WhenGoneAsync(string name, ClusterTopic deleted, CancellationToken cancellationToken) => _requests.AskAsync(
        async timeout =>
        {
            ClusterTopic found = (await _known.AskOnceAsync([name], timeout).ConfigureAwait(false))[name];
            return found.Partitions == 0 || found.Id != deleted.Id
                ? true
                : throw new KafkaException(
                    KafkaErrors.Unavailable, $"The topic '{name}' is to be deleted, but the brokers still know of it: look for brokers that are down or overloaded.");
        },
        $"'{name}'",
        cancellationToken);
}
