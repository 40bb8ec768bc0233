using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Changes the partitions of topics over the wire.</summary>
internal static class PartitionRequests
{
    /// <summary>DeleteRecords: deletes what a partition has before an offset.</summary>
    public static async Task<(ErrorCode Error, long Start)> DeleteRecordsAsync(
        this ListenerClient client, short version, string topic, int partition, long offset)
    {
        WireReader answer = await client.AskAsync(ApiKey.DeleteRecords, version, writer =>
        {
            writer.WriteArray([topic], (topics, name) =>
            {
                topics.WriteString(name);
                topics.WriteArray([partition], (partitions, number) =>
                {
                    partitions.WriteInt32(number);
                    partitions.WriteInt64(offset);
                    partitions.WriteTags();
                });
                topics.WriteTags();
            });
            writer.WriteInt32(1000);
            writer.WriteTags();
        }, isFlexible: version >= 2);

        answer.ReadInt32().ShouldBe(0);
        List<(ErrorCode Error, long Start)> answers = answer.ReadArray(topics =>
        {
            topics.ReadString().ShouldBe(topic);
            (ErrorCode, long) read = topics.ReadArray(partitions =>
            {
                partitions.ReadInt32().ShouldBe(partition);
                long start = partitions.ReadInt64();
                var error = (ErrorCode)partitions.ReadInt16();
                partitions.SkipTags();
                return (error, start);
            }).ShouldHaveSingleItem();
            topics.SkipTags();
            return read;
        });
        answer.SkipTags();
        answer.Left.ShouldBe(0);
        return answers.ShouldHaveSingleItem();
    }

    /// <summary>CreatePartitions: gives a topic so many.</summary>
    public static async Task<(ErrorCode Error, string? Fault)> AddPartitionsAsync(
        this ListenerClient client, short version, string topic, int partitions, bool onlyValidates = false, bool placesReplicas = false, bool isTwice = false)
    {
        string[] names = isTwice ? [topic, topic] : [topic];
        WireReader answer = await client.AskAsync(ApiKey.CreatePartitions, version, writer =>
        {
            writer.WriteArray(names, (topics, name) =>
            {
                topics.WriteString(name);
                topics.WriteInt32(partitions);
                topics.WriteArray(placesReplicas ? new int[] { 0 } : null, static (assignments, replica) =>
                {
                    assignments.WriteInt32Array([replica]);
                    assignments.WriteTags();
                });
                topics.WriteTags();
            });
            writer.WriteInt32(1000);
            writer.WriteBoolean(onlyValidates);
            writer.WriteTags();
        }, isFlexible: version >= 2);

        answer.ReadInt32().ShouldBe(0);
        List<(ErrorCode Error, string? Fault)> answers = answer.ReadArray(topics =>
        {
            topics.ReadString().ShouldBe(topic);
            var read = ((ErrorCode)topics.ReadInt16(), topics.ReadNullableString());
            topics.SkipTags();
            return read;
        });
        answer.SkipTags();
        answer.Left.ShouldBe(0);
        answers.Count.ShouldBe(isTwice ? 2 : 1);
        return answers[0];
    }
}
