using Ganglion.Brokers;
using Ganglion.Kafka.Topics;

namespace Ganglion.Kafka.Groups;

/// <summary>What a member is to read: what the group has given to it, or, where one topic leads, all that goes with that.</summary>
/// <param name="leading">The topic that leads, if there is one.</param>
internal sealed class MemberShare(string? leading)
{
    private readonly HashSet<TopicPartition> _given = [];

    // How many partitions the leading topic has. Without any, nothing goes with it.
    private int _width;
    private bool _isLed;

    /// <summary>Whether there was a topic that leads, and is none any more: nothing can be read until somebody creates it as it was.</summary>
    public bool HasLostLeader => _isLed && _width == 0;

    /// <summary>The topics that the group shares out: where one leads, it knows of no other.</summary>
    public string[] SharedOut(string[] wanted) => leading is null ? wanted : [leading];

    public void Give(IEnumerable<TopicPartition> partitions) => _given.UnionWith(partitions);

    public void TakeBack(IEnumerable<TopicPartition> partitions) => _given.ExceptWith(partitions);

    /// <summary>The topics on which it depends.</summary>
    public string[] TopicsOf(string[] wanted) => leading is null ? [.. _given.Select(partition => partition.Topic).Distinct()] : [leading, .. wanted.Where(topic => topic != leading)];

    /// <summary>Whether a partition that is owned is to be read on. Nobody is asked.</summary>
    public bool Includes(TopicPartition partition, string[] wanted) => leading is null
        ? _given.Contains(partition)
        : wanted.Contains(partition.Topic) && _width > 0 && _given.Contains(new TopicPartition(leading, partition.Partition % _width));

    /// <summary>All that is to be read, of the topics as they are.</summary>
    public IEnumerable<TopicPartition> List(string[] wanted, IReadOnlyDictionary<string, ClusterTopic> topics)
    {
        if (leading is null)
        {
            return _given.Where(partition => partition.Partition < topics[partition.Topic].Partitions);
        }

        _width = topics[leading].Partitions;
        _isLed |= _width > 0;
        return wanted
            .SelectMany(topic => Enumerable.Range(0, topics[topic].Partitions).Select(number => new TopicPartition(topic, number)))
            .Where(partition => Includes(partition, wanted));
    }

    /// <summary>Whether some of it is not there yet, or not any more.</summary>
    public bool IsIncomplete(IReadOnlyDictionary<string, ClusterTopic> topics) =>
        topics.Values.Any(topic => topic.Partitions == 0) || _given.Any(partition => partition.Partition >= topics[partition.Topic].Partitions);
}
