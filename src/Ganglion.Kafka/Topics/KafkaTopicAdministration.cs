using System.Collections.Concurrent;
using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Requests;
using Microsoft.Extensions.Logging;
using Client = Confluent.Kafka;
using TopicDescription = Ganglion.Brokers.TopicDescription;

namespace Ganglion.Kafka.Topics;

/// <summary>The topics of a cluster.</summary>
internal sealed class KafkaTopicAdministration : ITopicAdministration
{
    private readonly Client.IAdminClient _client;
    private readonly KafkaBrokerOptions _options;
    private readonly ClusterRequests _requests;
    private readonly TopicCreation _creation;
    private readonly TopicDescriber _describer;
    private readonly ConcurrentDictionary<string, Task> _preparing = new(StringComparer.Ordinal);

    /// <param name="client">Asks the cluster.</param>
    /// <param name="options">How to behave there.</param>
    /// <param name="released">Cancelled before the client is released.</param>
    public KafkaTopicAdministration(Client.IAdminClient client, KafkaBrokerOptions options, CancellationToken released = default)
    {
        ILogger logger = options.LoggerFactory.CreateLogger<KafkaTopicAdministration>();
        _client = client;
        _options = options;
        _requests = new ClusterRequests(options, released);
        Topics = new ClusterTopics(client, _requests, options.TimeProvider);
        Offsets = new PartitionOffsets(client, _requests, Topics, options);
        _creation = new TopicCreation(client, _requests, options, logger);
        _describer = new TopicDescriber(_requests, Topics, Offsets, new TopicConfigurations(client, _requests, logger));
    }

    /// <summary>Which topics there are.</summary>
    public ClusterTopics Topics { get; }

    /// <summary>Where partitions begin and end.</summary>
    public PartitionOffsets Offsets { get; }

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
            ClusterTopic deleted = await AskAsync(name, cancellationToken).ConfigureAwait(false);
            await _requests.ChangeAsync(
                timeout => _client.DeleteTopicsAsync([name], new DeleteTopicsOptions { RequestTimeout = timeout, OperationTimeout = timeout }),
                made: Client.ErrorCode.UnknownTopicOrPart,
                $"'{name}'",
                cancellationToken).ConfigureAwait(false);
            await WhenGoneAsync(name, deleted, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Topics.Forget(name);
        }
    }

    public async ValueTask<TopicDescription?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        TopicName.IsValid(name) ? (await _describer.DescribeAsync([name], cancellationToken).ConfigureAwait(false)).SingleOrDefault() : null;

    public async ValueTask<IReadOnlyList<TopicDescription>> ListAsync(CancellationToken cancellationToken = default)
    {
        Client.Metadata all = await _requests.AskAsync(
            timeout => Task.Run(() => AskForAll(timeout), cancellationToken), "the list of topics", cancellationToken).ConfigureAwait(false);
        List<TopicDescription> topics = await _describer.DescribeAsync([.. all.Topics.Select(topic => topic.Topic)], cancellationToken)
            .ConfigureAwait(false);
        return [.. topics.OrderBy(topic => topic.Name, StringComparer.Ordinal)];
    }

    public ValueTask<long> GetOffsetAsync(TopicPartition partition, OffsetPosition position, CancellationToken cancellationToken = default) =>
        Offsets.FindAsync(partition, position, cancellationToken);

    /// <summary>How many partitions a topic has; 0 if there is no such topic.</summary>
    public async ValueTask<int> CountPartitionsAsync(string name, CancellationToken cancellationToken) =>
        (await Topics.FindAsync([name], cancellationToken).ConfigureAwait(false))[name].Partitions;

    /// <summary>Creates topics that are about to be subscribed to, if that is allowed.</summary>
    public async ValueTask CreateMissingAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        if (!_options.AutoCreateTopics)
        {
            return;
        }

        foreach ((string name, ClusterTopic topic) in await Topics.FindAsync(names, cancellationToken).ConfigureAwait(false))
        {
            if (topic.Partitions == 0)
            {
                await this.EnsureAsync(name, new TopicSettings(), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Sees to it that a topic is there before it is written to. Who knows that it is does not wait.</summary>
    /// <exception cref="TopicException">It is not there, and not created on first use (<c>topic-not-found</c>).</exception>
    public ValueTask PrepareAsync(string name, CancellationToken cancellationToken) =>
        Topics.Contains(name) ? default : new(_preparing.GetOrAdd(name, PrepareOnceAsync).WaitAsync(cancellationToken));

    // Whoever writes to it meanwhile waits for the same.
    private async Task PrepareOnceAsync(string name)
    {
        await Task.Yield();
        try
        {
            await FindOrCreateAsync(name, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _preparing.TryRemove(name, out _);
        }
    }

    private async Task FindOrCreateAsync(string name, CancellationToken cancellationToken)
    {
        if (await CountPartitionsAsync(name, cancellationToken).ConfigureAwait(false) > 0)
        {
            return;
        }

        if (!_options.AutoCreateTopics)
        {
            throw new TopicException("topic-not-found", $"Topic '{name}' does not exist. Create it first, or let topics be created on first use.");
        }

        await this.EnsureAsync(name, new TopicSettings(), cancellationToken).ConfigureAwait(false);
        await Topics.AskAsync([name], cancellationToken).ConfigureAwait(false);
    }

    // The one who created it has told the controller only; the others learn of it, and of who leads it, in their time. Whoever describes it asks
    // the leaders of all partitions.
    private Task<TopicDescription> WhenKnownAsync(string name, CancellationToken cancellationToken) => _requests.AskAsync(
        async _ => await FindAsync(name, cancellationToken).ConfigureAwait(false)
            ?? throw new KafkaException(
                KafkaErrors.Unavailable, $"The topic '{name}' was created, but the brokers do not know of it: it was deleted again, or the cluster is overloaded."),
        $"'{name}'",
        cancellationToken);

    // Nor is it gone everywhere when the controller has deleted it. One of the same name that somebody has created since is another one.
    private Task<bool> WhenGoneAsync(string name, ClusterTopic deleted, CancellationToken cancellationToken) => _requests.AskAsync(
        async _ =>
        {
            ClusterTopic found = await AskAsync(name, cancellationToken).ConfigureAwait(false);
            return found.Partitions == 0 || found.Id != deleted.Id
                ? true
                : throw new KafkaException(
                    KafkaErrors.Unavailable, $"The topic '{name}' is to be deleted, but the brokers still know of it: look for brokers that are down or overloaded.");
        },
        $"'{name}'",
        cancellationToken);

    private async Task<ClusterTopic> AskAsync(string name, CancellationToken cancellationToken) =>
        (await Topics.AskAsync([name], cancellationToken).ConfigureAwait(false))[name];

    private Client.Metadata AskForAll(TimeSpan timeout)
    {
        using NativeHandle.Holder _ = NativeHandle.Hold(_client);
        return _client.GetMetadata(timeout);
    }
}
