using System.Buffers.Binary;
using System.Collections.Concurrent;
using Confluent.Kafka.Admin;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Requests;
using static Confluent.Kafka.IAdminClientExtensions;
using Client = Confluent.Kafka;
using TopicDescription = Confluent.Kafka.Admin.TopicDescription;

namespace Ganglion.Kafka.Topics;

/// <summary>Which topics the cluster has, and how many partitions. What is known is soon asked anew: topics grow, go, and come again as others.</summary>
/// <param name="client">Asks the cluster.</param>
/// <param name="requests">Asks it again if need be.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class ClusterTopics(Client.IAdminClient client, ClusterRequests requests, TimeProvider timeProvider)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (ClusterTopic Topic, long At)> _known = new(StringComparer.Ordinal);

    // Those that were there, until an answer left them out or a record did not find them.
    private readonly ConcurrentDictionary<string, bool> _missed = new(StringComparer.Ordinal);

    /// <summary>Whether the topic was there when the cluster was asked last, however long ago that is.</summary>
    public bool Contains(string name) => _known.ContainsKey(name);

    /// <summary>The topic is not what it was: the cluster is asked when it is needed next.</summary>
    public void Forget(string name)
    {
        if (_known.TryRemove(name, out _))
        {
            _missed[name] = true;
        }
    }

    /// <summary>Whether the topic was there, and was not found since.</summary>
    public bool IsMissed(string name) => _missed.ContainsKey(name);

    /// <summary>Somebody has been told that the topic is missing.</summary>
    /// <returns>Whether nobody else has been.</returns>
    public bool EndMissing(string name) => _missed.TryRemove(name, out _);

    /// <summary>The topics of these names; those that there are not have no partition.</summary>
    public async ValueTask<IReadOnlyDictionary<string, ClusterTopic>> FindAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, ClusterTopic>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (_known.TryGetValue(name, out (ClusterTopic Topic, long At) known) && timeProvider.GetElapsedTime(known.At) < Lifetime)
            {
                found[name] = known.Topic;
            }
        }

        return names.All(found.ContainsKey) ? found : await AskAsync([.. names], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="FindAsync"/>, from the cluster in any case.</summary>
    public Task<IReadOnlyDictionary<string, ClusterTopic>> AskAsync(string[] names, CancellationToken cancellationToken) =>
        requests.AskAsync(timeout => AskOnceAsync(names, timeout), NamesOf(names), cancellationToken);

    /// <summary>As <see cref="AskAsync"/>, for whoever asks again itself.</summary>
    public async Task<IReadOnlyDictionary<string, ClusterTopic>> AskOnceAsync(string[] names, TimeSpan timeout)
    {
        List<TopicDescription> described = await DescribeOnceAsync(names, timeout).ConfigureAwait(false);
        Dictionary<string, ClusterTopic> found = names.Distinct(StringComparer.Ordinal).ToDictionary(name => name, _ => default(ClusterTopic), StringComparer.Ordinal);
        foreach (TopicDescription topic in described)
        {
            found[topic.Name] = new ClusterTopic(IdOf(topic), topic.Partitions.Count);
        }

        foreach ((string name, ClusterTopic topic) in found)
        {
            if (topic.Partitions > 0)
            {
                _known[name] = (topic, timeProvider.GetTimestamp());
                EndMissing(name);
            }
            else
            {
                Forget(name);
            }
        }

        return found;
    }

    /// <summary>What the cluster says of those of the topics that there are.</summary>
    public async Task<List<TopicDescription>> DescribeOnceAsync(string[] names, TimeSpan timeout)
    {
        if (names.Length == 0)
        {
            return [];
        }

        List<TopicDescription> topics;
        try
        {
            DescribeTopicsResult result = await client.DescribeTopicsAsync(
                Client.TopicCollection.OfTopicNames(names.Distinct(StringComparer.Ordinal)), new DescribeTopicsOptions { RequestTimeout = timeout }).ConfigureAwait(false);
            topics = result.TopicDescriptions;
        }
        catch (DescribeTopicsException exception)
        {
            topics = exception.Results.TopicDescriptions;
        }

        foreach (TopicDescription topic in topics)
        {
            if (topic.Error.IsError && topic.Error.Code != Client.ErrorCode.UnknownTopicOrPart)
            {
                throw KafkaErrors.ToException(topic.Error, $"'{topic.Name}'");
            }
        }

        return [.. topics.Where(topic => !topic.Error.IsError && topic.Partitions.Count > 0)];
    }

    /// <summary>The names of all topics.</summary>
    public static async Task<string[]> ListOnceAsync(Client.IAdminClient client, TimeSpan timeout)
    {
        Client.Metadata all = await Task.Run(() =>
        {
            using NativeHandle.Holder _ = NativeHandle.Hold(client);
            return client.GetMetadata(timeout);
        }).ConfigureAwait(false);
        return [.. all.Topics.Select(topic => topic.Topic)];
    }

    /// <summary>The names, or as many as fit into a message.</summary>
    public static string NamesOf(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(3).Select(name => $"'{name}'")) + (names.Count > 3 ? $" and {names.Count - 3} more" : "");

    public static Guid IdOf(TopicDescription topic)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, topic.TopicId.MostSignificantBits);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], topic.TopicId.LeastSignificantBits);
        return new Guid(bytes, bigEndian: true);
    }
}
