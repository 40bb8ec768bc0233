using System.Runtime.CompilerServices;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Guards;
using Ganglion.Routing;
using Ganglion.Routing.Stages;
using Ganglion.State;

namespace Ganglion.Oversight;

/// <summary>Reads what routers have told of guards and their shadows.</summary>
/// <param name="broker">Where it lies.</param>
internal sealed class ShadowDifferences(IEventBroker broker)
{
    /// <summary>Reads what was told of a guard, or of a shadow, of a name, one partition after the other, each up to what is its end when this begins.</summary>
    public async IAsyncEnumerable<ShadowDifference> ReadAsync(string guard, OffsetPosition since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TopicDescription? topic = await broker.Topics.FindAsync(GuardStage.Differences, cancellationToken).ConfigureAwait(false);
        foreach (PartitionDescription one in topic?.Partitions ?? [])
        {
            var partition = new TopicPartition(GuardStage.Differences, one.Partition);
            long start = since.Kind == OffsetPositionKind.Offset
                ? Math.Max(one.EarliestOffset, since.Offset)
                : await broker.Topics.GetOffsetAsync(partition, since, cancellationToken).ConfigureAwait(false);
            var log = new PartitionReader(broker, partition);
            await using var own = log.ConfigureAwait(false);
            await foreach (ConsumedRecord record in log.ReadRangeAsync(start, one.LatestOffset, cancellationToken).ConfigureAwait(false))
            {
                if (Read(record, partition) is { } found && (found.Guard.Guard == guard || found.Shadow.Guard == guard))
                {
                    yield return found;
                }
            }
        }
    }

    // Anybody can write to the topic: what tells of no difference is passed over.
    private static ShadowDifference? Read(in ConsumedRecord record, TopicPartition partition)
    {
        try
        {
            return EventCodec.Decode(record.Record, partition.Topic, partition.Partition, record.Offset) is { Type: GuardStage.Differed, Data: { } data } told
                && JsonSerializer.Deserialize(data.Span, RoutingJson.Default.GuardDifference) is { Guard: not null, Shadow: not null, Topic: { Length: > 0 } topic } difference
                ? new ShadowDifference(
                    difference.Channel, difference.Stage, new TopicPartitionOffset(new TopicPartition(topic, difference.Partition), difference.Offset),
                    told.Subject ?? told.Id, told.Time, ToVerdict(difference.Guard), ToVerdict(difference.Shadow))
                : null;
        }
        catch (Exception exception) when (exception is GanglionException or FormatException or JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static ShadowVerdict ToVerdict(JudgedBy judged) =>
        new(judged.Name, judged.Version, VerdictNames.KindOf(judged.Verdict)) { Reason = judged.Reason, Score = judged.Score };
}
