using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups;

/// <summary>
/// What members of groups for reading write to each other: Kafka's <c>ConsumerProtocolSubscription</c> and
/// <c>ConsumerProtocolAssignment</c>; read in versions 0–3, written in version 0.
/// </summary>
internal static class ConsumerProtocol
{
    /// <summary>What a group is for whose members read.</summary>
    public const string Type = "consumer";

    /// <summary>The partitions that a member is assigned, sorted; none if it is something else that it is assigned.</summary>
    /// <param name="type">What the group is for.</param>
    /// <param name="assignment">What the leader has written.</param>
    public static IReadOnlyList<TopicPartition> ReadAssignment(string? type, ReadOnlyMemory<byte> assignment)
    {
        if (type != Type || assignment.IsEmpty)
        {
            return [];
        }

        try
        {
            var reader = new WireReader(assignment);
            reader.ReadInt16(); // The version: what later ones have more comes behind.
            return [.. reader.ReadArray(ReadTopic).SelectMany(partitions => partitions).Order()];
        }
        catch (MalformedRequestException)
        {
            return [];
        }
    }

    /// <summary>What a member would have written that subscribes to these topics.</summary>
    public static ReadOnlyMemory<byte> WriteSubscription(IReadOnlyCollection<string> topics)
    {
        using var writer = new WireWriter();
        writer.WriteInt16(0); // The version.
        writer.WriteArray(topics, static (names, name) => names.WriteString(name));
        writer.WriteBytes((ReadOnlyMemory<byte>?)null); // Nothing of the member's own.
        return writer.Finish().SelectMany(chunk => chunk.ToArray()).ToArray();
    }

    /// <summary>What a leader would have written who assigned these partitions.</summary>
    public static ReadOnlyMemory<byte> WriteAssignment(IReadOnlyList<TopicPartition> partitions)
    {
        using var writer = new WireWriter();
        writer.WriteInt16(0); // The version.
        writer.WriteArray([.. partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal)], static (topics, topic) =>
        {
            topics.WriteString(topic.Key);
            topics.WriteInt32Array([.. topic.Select(partition => partition.Partition)]);
        });
        writer.WriteBytes((ReadOnlyMemory<byte>?)null); // Nothing of the member's own.
        return writer.Finish().SelectMany(chunk => chunk.ToArray()).ToArray();
    }

    private static List<TopicPartition> ReadTopic(WireReader reader)
    {
        string topic = reader.ReadString();
        return reader.ReadArray(partition => new TopicPartition(topic, partition.ReadInt32()));
    }
}
