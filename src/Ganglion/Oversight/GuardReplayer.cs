using System.Runtime.CompilerServices;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Guards;
using Ganglion.Routes;
using Ganglion.State;

namespace Ganglion.Oversight;

/// <summary>Lets guards judge what lies in a topic, in a reader of its own that commits nothing. One event is judged at a time.</summary>
/// <param name="broker">Where it lies.</param>
internal sealed class GuardReplayer(IEventBroker broker)
{
    /// <summary>Judges the events of one partition after the other, each up to what is its end when this begins.</summary>
    /// <exception cref="TopicException">There is no such topic (<c>topic-not-found</c>).</exception>
    public async IAsyncEnumerable<ReplayedEvent> RunAsync(GuardReplay replay, string topic, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TopicDescription found = await broker.Topics.FindAsync(topic, cancellationToken).ConfigureAwait(false)
            ?? throw new TopicException("topic-not-found", $"There is no topic '{topic}': nothing has been published there.");
        foreach (PartitionDescription one in found.Partitions)
        {
            var partition = new TopicPartition(topic, one.Partition);
            long start = replay.Since.Kind == OffsetPositionKind.Offset
                ? Math.Max(one.EarliestOffset, replay.Since.Offset)
                : await broker.Topics.GetOffsetAsync(partition, replay.Since, cancellationToken).ConfigureAwait(false);
            var log = new PartitionReader(broker, partition);
            await using var own = log.ConfigureAwait(false);
            await foreach (ConsumedRecord record in log.ReadRangeAsync(start, one.LatestOffset, cancellationToken).ConfigureAwait(false))
            {
                if (!RouteMarker.TryRead(record.Record, out _))
                {
                    yield return await JudgeAsync(replay, new TopicPartitionOffset(partition, record.Offset), record.Record, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private static async ValueTask<ReplayedEvent> JudgeAsync(GuardReplay replay, TopicPartitionOffset position, Record record, CancellationToken cancellationToken)
    {
        string? key = RouteRehearsal.TextOf(record.Key);
        if (RouteRehearsal.Decode(record, position, out string? fault) is not { } judged)
        {
            var unreadable = new ReplayedVerdict(Kind: null) { Reason = fault };
            return new ReplayedEvent(position, Id: null, Type: null, key, unreadable, unreadable, IsDifferent: false);
        }

        // The same guard need not be asked twice, and what a model says twice may differ.
        Task<Judged> then = AskAsync(replay.Guard);
        Task<Judged> now = ReferenceEquals(replay.Guard, replay.Against) ? then : AskAsync(replay.Against);
        Judged[] both = await Task.WhenAll(now, then).ConfigureAwait(false);
        return new ReplayedEvent(position, judged.Id, judged.Type, key, both[0].Verdict, both[1].Verdict, both[0].DiffersFrom(both[1]));

        // An event is for one guard at a time.
        Task<Judged> AskAsync(GuardRunner? guard) => Judged.ByAsync(guard, new GuardedEvent(judged, replay.Channel, key), cancellationToken);
    }

    private sealed record Judged(ReplayedVerdict Verdict, CloudEvent? Changed)
    {
        public static async Task<Judged> ByAsync(GuardRunner? guard, GuardedEvent guarded, CancellationToken cancellationToken)
        {
            if (guard is null)
            {
                return new Judged(new ReplayedVerdict(VerdictKind.Pass), Changed: null);
            }

            try
            {
                Verdict verdict = await guard.JudgeAsync(guarded, cancellationToken).ConfigureAwait(false);
                return new Judged(new ReplayedVerdict(verdict.Kind) { Reason = verdict.Reason, Score = verdict.Score }, verdict.Event);
            }
            catch (GuardException exception)
            {
                return new Judged(new ReplayedVerdict(Kind: null) { Reason = exception.Code }, Changed: null);
            }
        }

        // A score may be another each time, and decides nothing by itself.
        public bool DiffersFrom(Judged other) =>
            (Verdict.Kind, Verdict.Reason) != (other.Verdict.Kind, other.Verdict.Reason)
            || !DataOf(Changed).Span.SequenceEqual(DataOf(other.Changed).Span);

        private static ReadOnlyMemory<byte> DataOf(CloudEvent? changed) => changed?.Data ?? default;
    }
}
