using Ganglion.Brokers.Listener.Fetching;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// Fetch (1), versions 4–17: reads record batches as they lie in the log, and waits for them. KIP-98 (transactions), KIP-227 (sessions),
/// KIP-320, KIP-392, KIP-516 (topic ids), KIP-903.
/// Deviations: 16 MiB at most, and a wait for half of that, and for 30 s; no sessions, which the answer says by session 0; one leader, in one epoch, and no other replica to read from.
/// </summary>
internal sealed class FetchApi(ListenerContext context) : ImmediateApi(ApiKey.Fetch, 4, 17, flexibleFrom: 12)
{
    // Whoever asks for more is answered with so much, or after so long, and may ask again.
    private const int MaxBytes = 16 * 1024 * 1024;

    // Of a session that is to begin, or to end: such a fetch names all that it wants.
    private const int InitialEpoch = 0;
    private const int FinalEpoch = -1;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    protected override async ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        short version = request.Version;
        if (version < 15)
        {
            body.ReadInt32(); // Which replica asks; none does.
        }

        int maxWait = body.ReadInt32();
        int minBytes = Math.Min(body.ReadInt32(), MaxBytes / 2);
        int maxBytes = Math.Min(body.ReadInt32(), MaxBytes);
        minBytes = Math.Min(minBytes, maxBytes);
        bool readsCommitted = body.ReadInt8() == 1;
        int session = version >= 7 ? body.ReadInt32() : 0;
        int sessionEpoch = version >= 7 ? body.ReadInt32() : FinalEpoch;

        List<FetchedTopic> topics = body.ReadArray(reader => FetchedTopic.Read(reader, version));
        if (version >= 7)
        {
            body.ReadArray(reader => ReadForgotten(reader, version));
        }

        if (version >= 11)
        {
            body.ReadString(); // The rack of the client.
        }

        body.SkipTags();

        if (session != 0 && sessionEpoch is not (InitialEpoch or FinalEpoch))
        {
            Write(response, version, ErrorCode.FetchSessionIdNotFound, [], readsCommitted);
            return;
        }

        using var fetch = new FetchOperation(context.Broker.Catalog, topics, readsCommitted, maxBytes, context.Broker.Time);
        await fetch.ReadAsync(minBytes, Wait(maxWait), cancellationToken).ConfigureAwait(false);
        Write(response, version, ErrorCode.None, topics, readsCommitted);
    }

    private static TimeSpan Wait(int milliseconds)
    {
        TimeSpan asked = TimeSpan.FromMilliseconds(Math.Max(milliseconds, 0));
        return asked < MaxWait ? asked : MaxWait;
    }

    // Without a session, there is nothing to forget.
    private static int ReadForgotten(WireReader reader, short version)
    {
        if (version >= FetchedTopic.FirstVersionWithIds)
        {
            reader.ReadUuid();
        }
        else
        {
            reader.ReadString();
        }

        int partitions = reader.ReadArray(static partition => partition.ReadInt32()).Count;
        reader.SkipTags();
        return partitions;
    }

    private static void Write(WireWriter response, short version, ErrorCode error, List<FetchedTopic> topics, bool readsCommitted)
    {
        response.WriteInt32(0); // Throttle time.
        if (version >= 7)
        {
            response.WriteError(error);
            response.WriteInt32(0); // No session.
        }

        response.WriteArray(topics, (writer, topic) =>
        {
            if (version >= FetchedTopic.FirstVersionWithIds)
            {
                writer.WriteUuid(topic.Id);
            }
            else
            {
                writer.WriteString(topic.Name);
            }

            writer.WriteArray(topic.Partitions, (partitions, partition) => WritePartition(partitions, version, partition, readsCommitted));
            writer.WriteTags();
        });
        response.WriteTags();
    }

    private static void WritePartition(WireWriter writer, short version, FetchedPartition partition, bool readsCommitted)
    {
        writer.WriteInt32(partition.Number);
        writer.WriteError(partition.Error);
        writer.WriteInt64(partition.HighWatermark);
        writer.WriteInt64(partition.LastStableOffset);
        if (version >= 5)
        {
            writer.WriteInt64(partition.StartOffset);
        }

        writer.WriteArray(readsCommitted ? partition.Aborted : null, static (transactions, aborted) =>
        {
            transactions.WriteInt64(aborted.ProducerId);
            transactions.WriteInt64(aborted.FirstOffset);
            transactions.WriteTags();
        });
        if (version >= 11)
        {
            writer.WriteInt32(-1); // No other replica to read from.
        }

        writer.WriteBytes(partition.Batches);
        writer.WriteTags();
    }
}
