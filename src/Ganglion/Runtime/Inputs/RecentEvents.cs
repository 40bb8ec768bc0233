using Ganglion.Brokers;
using Ganglion.DeadLetters;
using Ganglion.Events;
using Ganglion.Journal;
using Ganglion.State;

namespace Ganglion.Runtime.Inputs;

/// <summary>Looks at the recent past of a partition that comes, so that duplicates of what was handled before are recognised.</summary>
/// <param name="broker">The broker.</param>
/// <param name="window">How many events back.</param>
/// <param name="channelOf">The channel of a topic; <see langword="null"/> for the inbox.</param>
internal sealed class RecentEvents(IEventBroker broker, int window, Func<string, string?> channelOf)
{
    /// <summary>Reads what was finished last, also ahead of the committed offset.</summary>
    /// <param name="id">The partition.</param>
    /// <param name="committed">From where on it is read.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async ValueTask<SeenEvents> ReadAsync(TopicPartition id, OffsetAndMetadata committed, CancellationToken cancellationToken)
    {
        var seen = new SeenEvents(window);
        FinishedRuns finished = FinishedRuns.Decode(committed.Offset, committed.Metadata);
        long end = finished.Runs.Count > 0 ? finished.Runs[^1].End : committed.Offset;
        if (window == 0 || end == 0)
        {
            return seen;
        }

        // What was finished ahead of an event of the same id was dropped as its duplicate: it must not stand for it.
        var unfinished = new SeenEvents(window);
        var log = new PartitionReader(broker, id);
        await using (log.ConfigureAwait(false))
        {
            long start = Math.Max(0, committed.Offset - window);
            await foreach (ConsumedRecord record in log.ReadRangeAsync(start, end, cancellationToken).ConfigureAwait(false))
            {
                bool isFinished = record.Offset < committed.Offset || finished.Contains(record.Offset);
                Add(record, id, isFinished ? seen : unfinished, except: isFinished ? unfinished : seen);
            }
        }

        return seen;
    }

    private void Add(in ConsumedRecord record, TopicPartition at, SeenEvents seen, SeenEvents except)
    {
        if (OperationId.TryRead(record.Record, out _))
        {
            // It counted for its operation only.
            return;
        }

        Origin origin = ForwardedRecords.OriginOf(record.Record, at, record.Offset, channelOf(at.Topic));
        try
        {
            CloudEvent @event = EventCodec.Decode(record.Record, origin.Topic, origin.Partition, origin.Offset);
            string? redriven = RedrivenMark.Read(record.Record);
            if (!except.Contains(@event, redriven))
            {
                seen.Add(@event, redriven);
            }
        }
        catch (EventFormatException)
        {
            // It was parked then, and it would be again.
        }
    }
}
