namespace Ganglion.Brokers.Listener.Protocol;

/// <summary>Reads and writes topics with their partitions.</summary>
internal static class TopicDataFields
{
    /// <summary>Reads topics whose partitions are structures.</summary>
    /// <param name="reader">The request.</param>
    /// <param name="readPartition">Reads the fields of a partition, but for the tagged ones.</param>
    public static List<TopicData<T>> ReadTopics<T>(this WireReader reader, Func<WireReader, T> readPartition) =>
        reader.ReadArray(topic => ReadTopic(topic, partition =>
        {
            T read = readPartition(partition);
            partition.SkipTags();
            return read;
        }));

    /// <summary>Reads topics of whose partitions there are the numbers only.</summary>
    public static List<TopicData<int>> ReadTopics(this WireReader reader) => reader.ReadNullableTopics() ?? [];

    /// <summary>Reads what <see cref="ReadTopics(WireReader)"/> does; null means that it is null.</summary>
    public static List<TopicData<int>>? ReadNullableTopics(this WireReader reader) =>
        reader.ReadNullableArray(static topic => ReadTopic(topic, static partition => partition.ReadInt32()));

    /// <summary>Writes topics whose partitions are structures.</summary>
    /// <param name="writer">The response.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="writePartition">Writes the fields of a partition, but for the tagged ones. Told the topic's name, too.</param>
    public static void WriteTopics<T>(
        this WireWriter writer, IReadOnlyCollection<TopicData<T>> topics, Action<WireWriter, string, T> writePartition) =>
        writer.WriteArray(topics, (fields, topic) =>
        {
            fields.WriteString(topic.Name);
            fields.WriteArray(topic.Partitions, (partitions, partition) =>
            {
                writePartition(partitions, topic.Name, partition);
                partitions.WriteTags();
            });
            fields.WriteTags();
        });

    private static TopicData<T> ReadTopic<T>(WireReader reader, Func<WireReader, T> readPartition)
    {
        var topic = new TopicData<T>(reader.ReadString(), reader.ReadArray(readPartition));
        reader.SkipTags();
        return topic;
    }
}
