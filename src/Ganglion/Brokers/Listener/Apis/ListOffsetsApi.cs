using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// ListOffsets (2), versions 1–9: the first and the last offset of partitions, the first one from a time on, and the one with the newest time.
/// KIP-79, KIP-98, KIP-320, KIP-734, KIP-405 and KIP-1005 (what is stored elsewhere: nothing is).
/// </summary>
internal sealed class ListOffsetsApi(ListenerContext context) : ImmediateApi(ApiKey.ListOffsets, 1, 9, flexibleFrom: 6)
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long NewestTime = -3;
    private const long EarliestLocal = -4;
    private const long LatestElsewhere = -5;
    private const long None = -1;

    protected override async ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        body.ReadInt32(); // Which replica asks; none does.
        bool readsCommitted = request.Version >= 2 && body.ReadInt8() == 1;
        List<TopicData<AskedPartition>> topics = body.ReadTopics(partition =>
            new AskedPartition(partition.ReadInt32(), request.Version >= 4 ? partition.ReadInt32() : -1, partition.ReadInt64()));
        body.SkipTags();

        var found = new List<TopicData<FoundOffset>>(topics.Count);
        HashSet<TopicPartition> repeated = FindRepeated(topics);
        foreach (TopicData<AskedPartition> topic in topics)
        {
            var partitions = new List<FoundOffset>(topic.Partitions.Count);
            foreach (AskedPartition asked in topic.Partitions)
            {
                var id = new TopicPartition(topic.Name, asked.Number);
                ErrorCode error = repeated.Contains(id) ? ErrorCode.InvalidRequest
                    : !IsServed(asked.Time, request.Version) ? ErrorCode.UnsupportedVersion
                    : ErrorCode.None;
                partitions.Add(error == ErrorCode.None
                    ? await FindAsync(id, asked, readsCommitted, cancellationToken).ConfigureAwait(false)
                    : new FoundOffset(asked.Number, error, None));
            }

            found.Add(new TopicData<FoundOffset>(topic.Name, partitions));
        }

        Write(response, request.Version, found);
    }

    private static HashSet<TopicPartition> FindRepeated(List<TopicData<AskedPartition>> topics) =>
    [
        .. topics
            .SelectMany(topic => topic.Partitions, (topic, partition) => new TopicPartition(topic.Name, partition.Number))
            .CountBy(id => id)
            .Where(count => count.Value > 1)
            .Select(count => count.Key),
    ];

    private static bool IsServed(long time, short version) => time switch
    {
        >= Earliest => true,
        NewestTime => version >= 7,
        EarliestLocal => version >= 8,
        LatestElsewhere => version >= 9,
        _ => false,
    };

    private async ValueTask<FoundOffset> FindAsync(TopicPartition id, AskedPartition asked, bool readsCommitted, CancellationToken cancellationToken)
    {
        try
        {
            Partition partition = context.Broker.Catalog.Get(id);
            if (ListenerContext.CheckEpoch(asked.Epoch) is not ErrorCode.None and var error)
            {
                return new FoundOffset(id.Partition, error, None);
            }

            long end = readsCommitted ? partition.LastStableOffset : partition.HighWatermark;
            switch (asked.Time)
            {
                case Latest:
                    return new FoundOffset(id.Partition, ErrorCode.None, end);
                case Earliest or EarliestLocal:
                    return new FoundOffset(id.Partition, ErrorCode.None, partition.EarliestOffset);
                case LatestElsewhere:
                    return new FoundOffset(id.Partition, ErrorCode.None, None);
            }

            (long Offset, long Time)? found = asked.Time == NewestTime
                ? await partition.FindNewestTimeAsync(cancellationToken).ConfigureAwait(false)
                : await partition.FindTimeAsync(asked.Time, cancellationToken).ConfigureAwait(false);
            return found is var (offset, time) && offset < end
                ? new FoundOffset(id.Partition, ErrorCode.None, offset) { Time = time }
                : new FoundOffset(id.Partition, ErrorCode.None, None);
        }
        catch (GanglionException exception)
        {
            return new FoundOffset(id.Partition, Errors.CodeOf(exception), None);
        }
    }

    private static void Write(WireWriter response, short version, List<TopicData<FoundOffset>> found)
    {
        if (version >= 2)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteTopics(found, (writer, _, partition) =>
        {
            writer.WriteInt32(partition.Number);
            writer.WriteError(partition.Error);
            writer.WriteInt64(partition.Time);
            writer.WriteInt64(partition.Offset);
            if (version >= 4)
            {
                writer.WriteInt32(partition.Offset == None ? -1 : ListenerContext.LeaderEpoch);
            }
        });
        response.WriteTags();
    }

    /// <summary>A partition, the epoch that the client takes for the leader's, and the time whose offset it wants to know.</summary>
    private readonly record struct AskedPartition(int Number, int Epoch, long Time);

    private sealed record FoundOffset(int Number, ErrorCode Error, long Offset)
    {
        public long Time { get; init; } = -1;
    }
}
