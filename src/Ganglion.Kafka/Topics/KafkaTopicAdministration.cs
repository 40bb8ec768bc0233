using System.Collections.Concurrent;
using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using Microsoft.Extensions.Logging;
using Client = Confluent.Kafka;
using TopicDescription = Ganglion.Brokers.TopicDescription;

namespace Ganglion.Kafka.Topics;

/// <summary>The topics of a cluster.</summary>
internal sealed class KafkaTopicAdministration : ITopicAdministration
{
    private static readonly TimeSpan PauseUntilKnown = TimeSpan.FromMilliseconds(50);

    private readonly Client.IAdminClient _client;
    private readonly KafkaBrokerOptions _options;
    private readonly TopicCreation _creation;
    private readonly TopicDescriber _describer;
    private readonly ConcurrentDictionary<string, Task> _preparing = new(StringComparer.Ordinal);

    public KafkaTopicAdministration(Client.IAdminClient client, KafkaBrokerOptions options)
    {
        ILogger logger = options.LoggerFactory.CreateLogger<KafkaTopicAdministration>();
        _client = client;
        _options = options;
        Topics = new ClusterTopics(client, options);
        Offsets = new PartitionOffsets(client, Topics, options);
        _creation = new TopicCreation(client, options, logger);
        _describer = new TopicDescriber(client, Topics, Offsets, options, logger);
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
        try
        {
            await _creation.CreateAsync(name, settings, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException exception) when (exception.Code == KafkaErrors.Unreachable)
        {
            // Nobody has answered in time: it may have been created all the same.
            if (await FindAsync(name, cancellationToken).ConfigureAwait(false) is { } created)
            {
                return created;
            }

            throw;
        }

        return await WhenKnownAsync(name, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            await _client.DeleteTopicsAsync([name], new DeleteTopicsOptions { RequestTimeout = _options.RequestTimeout })
                .WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DeleteTopicsException exception)
        {
            throw KafkaErrors.ToException(exception.Results[0].Error, $"'{name}'", exception);
        }
        catch (Client.KafkaException exception)
        {
            throw KafkaErrors.ToException(exception, $"'{name}'");
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
        try
        {
            Client.Metadata all = await Task.Run(() => _client.GetMetadata(_options.RequestTimeout), cancellationToken).ConfigureAwait(false);
            List<TopicDescription> topics = await _describer.DescribeAsync([.. all.Topics.Select(topic => topic.Topic)], cancellationToken)
                .ConfigureAwait(false);
            return [.. topics.OrderBy(topic => topic.Name, StringComparer.Ordinal)];
        }
        catch (Client.KafkaException exception)
        {
            throw KafkaErrors.ToException(exception, "the list of topics");
        }
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

    // The one who created it has told the controller only; the others learn of it, and of who leads it, in their time.
    private async ValueTask<TopicDescription> WhenKnownAsync(string name, CancellationToken cancellationToken)
    {
        long began = _options.TimeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                if (await FindAsync(name, cancellationToken).ConfigureAwait(false) is { } created)
                {
                    return created;
                }

                if (_options.TimeProvider.GetElapsedTime(began) > _options.RequestTimeout)
                {
                    throw new TopicException("topic-not-found", $"The topic '{name}' was created, but the cluster does not know of it: it was deleted again.");
                }
            }
            catch (KafkaException exception) when (
                exception.Code == KafkaErrors.Unreachable && _options.TimeProvider.GetElapsedTime(began) < _options.RequestTimeout)
            {
                // Nobody leads one of its partitions yet.
            }

            await Task.Delay(PauseUntilKnown, cancellationToken).ConfigureAwait(false);
        }
    }
}
