using System.Runtime.InteropServices;
using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Producing;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// Produce (0), versions 3–9: appends record batches of format 2 as they come, idempotent and transactional ones too. KIP-98, KIP-110, KIP-467.
/// Deviations: told from version 0, see <see cref="ApiVersionsApi"/>; acks=1 is acks=all. Batches whose compression cannot be read here are
/// refused, because agents read all topics, and so are those that would take too much memory for it. A time that no calendar has is an invalid record;
/// which records are at fault is not told; a partition that is named twice gets both batches.
/// </summary>
internal sealed class ProduceApi(ListenerContext context) : Api(ApiKey.Produce, 0, 9, flexibleFrom: 9)
{
    private const short OldestServed = 3;
    private const long NoTime = -1;

    private readonly ProduceRules _rules = new(context.Logger);

    public override async ValueTask<BegunRequest> BeginAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        if (request.Version < OldestServed)
        {
            throw new MalformedRequestException($"Version {request.Version} of Produce has records of an older format than 2, which is not served.");
        }

        WireReader body = request.Body;
        int requestBytes = body.Left;
        body.ReadNullableString(); // The transactional id: the batches have the producer's id.
        short acks = body.ReadInt16();
        body.ReadInt32(); // How long the replicas may take; there are none.
        List<TopicData<PartitionData>> topics =
            body.ReadTopics(static partition => new PartitionData(partition.ReadInt32(), partition.ReadNullableBytes()));
        body.SkipTags();

        // In the order in which they were sent: only then may the next request be begun.
        var pending = new List<TopicData<PendingAppend>>(topics.Count);
        foreach (TopicData<PartitionData> topic in topics)
        {
            var partitions = new List<PendingAppend>(topic.Partitions.Count);
            foreach (PartitionData partition in topic.Partitions)
            {
                partitions.Add(await AppendAsync(
                    new TopicPartition(topic.Name, partition.Number), partition.Records, request.Version, requestBytes, acks, cancellationToken)
                    .ConfigureAwait(false));
            }

            pending.Add(new TopicData<PendingAppend>(topic.Name, partitions));
        }

        return new BegunRequest(FinishAsync(request.Version, acks, pending, response));
    }

    private async ValueTask<PendingAppend> AppendAsync(
        TopicPartition id, ReadOnlyMemory<byte>? records, short version, int requestBytes, short acks, CancellationToken cancellationToken)
    {
        try
        {
            if (acks is < -1 or > 1)
            {
                return new PendingAppend(id, ErrorCode.InvalidRequiredAcks, "acks is -1, 0 or 1.");
            }

            Topic topic = context.Broker.Catalog.Find(id.Topic) ?? throw Topic.NotFound(id.Topic);
            if (topic.IsBrokersOwn)
            {
                throw Topic.Internal(topic.Name);
            }

            Partition partition = topic.Find(id.Partition);
            if (_rules.Check(topic, records, version, out RecordBatchHeader header, out long maxTimestamp) is { } refusal)
            {
                return new PendingAppend(id, refusal.Error, refusal.Fault);
            }

            if (header.HasProducer)
            {
                partition.TrackProducers();
            }

            Memory<byte> bytes = Keep(records!.Value, requestBytes);
            if (maxTimestamp != header.MaxTimestamp)
            {
                RecordBatchHeader.SetMaxTimestamp(bytes.Span, maxTimestamp);
            }

            var batch = new RoundBatch(partition, bytes, header);
            Round round = await context.Broker.Committer.JoinAsync([batch], CheckFor(batch), committed: null, cancellationToken).ConfigureAwait(false);
            return new PendingAppend(id, ErrorCode.None, null) { Batch = batch, Round = round };
        }
        catch (Exception exception) when (exception is GanglionException or RefusedException)
        {
            return new PendingAppend(id, Errors.ForVersion(Errors.CodeOf(exception), knowsProducerFenced: false), exception.Message);
        }
    }

    // A batch stays in memory for long. It may stay where it came, if it does not keep much else of the request there, or is so small that
    // it would be moved by every collection.
    private Memory<byte> Keep(ReadOnlyMemory<byte> batch, int requestBytes)
    {
        if (batch.Length > requestBytes / 2 && batch.Length >= BatchMemory.MinOwnBytes)
        {
            return MemoryMarshal.AsMemory(batch); // Nobody else has the request's memory.
        }

        Memory<byte> copy = context.Broker.Committer.Memory.Take(batch.Length);
        batch.CopyTo(copy);
        return copy;
    }

    private Action? CheckFor(RoundBatch batch) =>
        batch.Produced is { IsTransactional: true } produced
            ? () => context.Transactions.Check(produced.ProducerId, produced.Epoch, batch.Partition)
            : null;

    private static async Task<bool> FinishAsync(
        short version, short acks, List<TopicData<PendingAppend>> pending, WireWriter response)
    {
        foreach (PendingAppend append in pending.SelectMany(topic => topic.Partitions))
        {
            if (append.Round is not null)
            {
                await append.SettleAsync().ConfigureAwait(false);
            }

            if (acks == 0 && append.Error != ErrorCode.None)
            {
                // It waits for no answer, but it notices this.
                throw new IOException($"It has written to {append.Id} without wanting to be told, and was refused ({append.Error}). {append.Fault}");
            }
        }

        if (acks == 0)
        {
            return false;
        }

        response.WriteTopics(pending, (writer, _, append) => WritePartition(writer, version, append));
        response.WriteInt32(0); // Throttle time.
        response.WriteTags();
        return true;
    }

    private static void WritePartition(WireWriter writer, short version, PendingAppend append)
    {
        writer.WriteInt32(append.Id.Partition);
        writer.WriteError(append.Error);
        writer.WriteInt64(append.BaseOffset);
        writer.WriteInt64(NoTime); // Records have the time that the client has given them.
        if (version >= 5)
        {
            writer.WriteInt64(append.StartOffset);
        }

        if (version >= 8)
        {
            writer.WriteArray(Array.Empty<int>(), static (_, _) => { }); // No single records are at fault.
            writer.WriteFault(append.Fault);
        }
    }

    private readonly record struct PartitionData(int Number, ReadOnlyMemory<byte>? Records);
}
