using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Changes the partitions of topics over the wire.</summary>
internal static class PartitionRequests
{
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
