using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// ListOffsets (2), versions 1–9: the first and the last offset of partitions, and the first one from a time on. KIP-79, KIP-98, KIP-734, KIP-405 and
/// KIP-1005 (what is stored elsewhere: nothing is).
/// Deviations: the offset with the newest time (KIP-734) is that of the last record.
/// </summary>
internal sealed class ListOffsetsApi(ListenerContext context) : Api(ApiKey.ListOffsets, 1, 9, flexibleFrom: 6)
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long NewestTime = -3;
    private const long EarliestLocal = -4;
    private const long LatestElsewhere = -5;
    private const long None = -1;

    public override async ValueTask<bool> HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        body.ReadInt32(); // Which replica asks; none does.
        bool readsCommitted = request.Version >= 2 && body.ReadInt8() == 1;
        List<AskedTopic> topics = body.ReadArray(reader => ReadTopic(reader, request.Version));
        body.SkipTags();

        var found = new List<(string Topic, List<FoundOffset> Partitions)>(topics.Count);
        foreach (AskedTopic topic in topics)
        {
            var partitions = new List<FoundOffset>(topic.Partitions.Count);
            foreach ((int number, long time) in topic.Partitions)
            {
                partitions.Add(await FindAsync(new TopicPartition(topic.Name, number), time, readsCommitted, cancellationToken).ConfigureAwait(false));
            }

            found.Add((topic.Name, partitions));
        }

        Write(response, request.Version, found);
        return true;
    }

    private static AskedTopic ReadTopic(WireReader reader, short version)
    {
        var topic = new AskedTopic(reader.ReadString(), reader.ReadArray(partition =>
        {
            int number = partition.ReadInt32();
            if (version >= 4)
            {
                partition.ReadInt32(); // The epoch of the leader that the client knows; there is but one.
            }

            long time = partition.ReadInt64();
            partition.SkipTags();
            return (number, time);
        }));
        reader.SkipTags();
        return topic;
    }

    private async ValueTask<FoundOffset> FindAsync(TopicPartition id, long time, bool readsCommitted, CancellationToken cancellationToken)
    {
        try
        {
            Partition partition = context.Broker.Catalog.Get(id);
            long end = readsCommitted ? partition.LastStableOffset : partition.HighWatermark;
            switch (time)
            {
                case Latest:
                    return new FoundOffset(id.Partition, ErrorCode.None, end);
                case Earliest or EarliestLocal:
                    return new FoundOffset(id.Partition, ErrorCode.None, partition.EarliestOffset);
                case NewestTime:
                    return new FoundOffset(id.Partition, ErrorCode.None, end > partition.EarliestOffset ? end - 1 : None);
                case LatestElsewhere:
                    return new FoundOffset(id.Partition, ErrorCode.None, None);
                case < 0:
                    return new FoundOffset(id.Partition, ErrorCode.UnsupportedForMessageFormat, None);
            }

            long offset = await partition.FindOffsetAsync(
                OffsetPosition.Since(DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(time, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()))),
                cancellationToken).ConfigureAwait(false);
            return offset < end && await partition.ReadAsync(offset, 1, cancellationToken).ConfigureAwait(false) is { Records: [var first, ..] }
                ? new FoundOffset(id.Partition, ErrorCode.None, first.Offset) { Time = first.Record.Timestamp.ToUnixTimeMilliseconds() }
                : new FoundOffset(id.Partition, ErrorCode.None, None);
        }
        catch (GanglionException exception)
        {
            return new FoundOffset(id.Partition, Errors.CodeOf(exception), None);
        }
    }

    private static void Write(WireWriter response, short version, List<(string Topic, List<FoundOffset> Partitions)> found)
    {
        if (version >= 2)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteArray(found, (writer, topic) =>
        {
            writer.WriteString(topic.Topic);
            writer.WriteArray(topic.Partitions, (partitions, partition) =>
            {
                partitions.WriteInt32(partition.Number);
                partitions.WriteError(partition.Error);
                partitions.WriteInt64(partition.Time);
                partitions.WriteInt64(partition.Offset);
                if (version >= 4)
                {
                    partitions.WriteInt32(ListenerContext.LeaderEpoch);
                }

                partitions.WriteTags();
            });
            writer.WriteTags();
        });
        response.WriteTags();
    }

    private sealed record AskedTopic(string Name, List<(int Number, long Time)> Partitions);

    private sealed record FoundOffset(int Number, ErrorCode Error, long Offset)
    {
        public long Time { get; init; } = -1;
    }
}
