using System.Runtime.CompilerServices;
using System.Text;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.DeadLetters;
using Ganglion.Events;
using Ganglion.Routes;
using Ganglion.Routing;
using Ganglion.State;

namespace Ganglion.Oversight;

/// <summary>
/// Lets events that lie in the entry of a route pass its stages as the router would, and writes nothing. Of the events at most as many are in memory as
/// are asked for, and at most <see cref="MostBytes"/> of them.
/// </summary>
/// <param name="broker">Where they lie.</param>
/// <param name="kinds">What the stages do.</param>
internal sealed class RouteRehearsal(IEventBroker broker, StageKinds kinds)
{
    private const long MostBytes = 64 * 1024 * 1024;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Where the newest events of an entry go by a route, and where they would go by another; the oldest of them first.</summary>
    /// <exception cref="RouteException">This host cannot make a stage of either (<c>route-invalid</c>).</exception>
    public async IAsyncEnumerable<RehearsedEvent> RunAsync(Route now, Route then, int last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<IStage> stagesNow = kinds.Create(now);
        IReadOnlyList<IStage> stagesThen = kinds.Create(then);
        foreach ((TopicPartition partition, ConsumedRecord record) in await ReadNewestAsync(then.Entry, last, cancellationToken).ConfigureAwait(false))
        {
            var position = new TopicPartitionOffset(partition, record.Offset);
            CloudEvent? @event = Decode(record.Record, position, out string? fault);
            yield return new RehearsedEvent(
                position,
                @event?.Id,
                @event?.Type,
                TextOf(record.Record.Key),
                await PassAsync(now, stagesNow).ConfigureAwait(false),
                await PassAsync(then, stagesThen).ConfigureAwait(false));

            async ValueTask<IReadOnlyList<RehearsedWay>> PassAsync(Route route, IReadOnlyList<IStage> stages) =>
                route.Entry != partition.Topic || route.IsDirect ? [new RehearsedWay(partition.Topic, Stage: null)]
                : @event is null ? [Parked(route, stage: null, fault!)]
                : await PassStagesAsync(new RoutedEvent(route, @event, record.Record, position, TimeProvider.System), stages, cancellationToken).ConfigureAwait(false);
        }
    }

    // One that cannot pass is parked, and what it has left behind before is not written. What asks people for their approval goes beside the event
    // that waits for it, and is no way of an event.
    private static async ValueTask<IReadOnlyList<RehearsedWay>> PassStagesAsync(
        RoutedEvent routed, IReadOnlyList<IStage> stages, CancellationToken cancellationToken)
    {
        CloudEvent published = routed.Event;
        try
        {
            await routed.PassAsync(stages, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return [Parked(routed.Route, routed.Stage?.Name, exception is GanglionException ? exception.Message : exception.GetType().Name)];
        }

        bool isChanged = !ReferenceEquals(routed.Event, published);
        return [.. routed.Left.Where(left => left.Record.Topic != ApprovalRequests.Channel).Select(left => new RehearsedWay(left.Record.Topic, left.Stage?.Name) { IsChanged = isChanged && left.Stage is null })];
    }

    private static RehearsedWay Parked(Route route, string? stage, string fault) => new(route.Entry + DeadLetterTopic.Suffix, stage) { Fault = fault };

    /// <summary>The event of a record; <see langword="null"/>: it claims to be one, and the fault says why it is none.</summary>
    internal static CloudEvent? Decode(in Record record, TopicPartitionOffset position, out string? fault)
    {
        try
        {
            fault = null;
            return EventCodec.Decode(record, position.Partition.Topic, position.Partition.Partition, position.Offset);
        }
        catch (EventFormatException exception)
        {
            fault = exception.Message;
            return null;
        }
    }

    /// <summary>A key as text; <see langword="null"/>: there is none, or it is no text.</summary>
    internal static string? TextOf(ReadOnlyMemory<byte>? key)
    {
        try
        {
            return key is { } bytes ? Utf8.GetString(bytes.Span) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // Partitions have no order among themselves but that of time.
    private async Task<IReadOnlyList<(TopicPartition Partition, ConsumedRecord Record)>> ReadNewestAsync(string topic, int last, CancellationToken cancellationToken)
    {
        var newest = new PriorityQueue<(TopicPartition Partition, ConsumedRecord Record), (DateTimeOffset Time, int Partition, long Offset)>();
        long bytes = 0;
        TopicDescription? found = await broker.Topics.FindAsync(topic, cancellationToken).ConfigureAwait(false);
        foreach (PartitionDescription one in found?.Partitions ?? [])
        {
            var partition = new TopicPartition(topic, one.Partition);
            var log = new PartitionReader(broker, partition);
            await using var own = log.ConfigureAwait(false);
            long from = Math.Max(one.EarliestOffset, one.LatestOffset - last);
            await foreach (ConsumedRecord record in log.ReadRangeAsync(from, one.LatestOffset, cancellationToken).ConfigureAwait(false))
            {
                if (RouteMarker.TryRead(record.Record, out _))
                {
                    continue;
                }

                newest.Enqueue((partition, record), (record.Record.Timestamp, one.Partition, record.Offset));
                bytes += record.Record.SizeOf();
                while (newest.Count > last || (bytes > MostBytes && newest.Count > 1))
                {
                    bytes -= newest.Dequeue().Record.Record.SizeOf();
                }
            }
        }

        return [.. DequeueAll(newest)];
    }

    private static IEnumerable<(TopicPartition Partition, ConsumedRecord Record)> DequeueAll(
        PriorityQueue<(TopicPartition Partition, ConsumedRecord Record), (DateTimeOffset Time, int Partition, long Offset)> queue)
    {
        while (queue.TryDequeue(out var one, out _))
        {
            yield return one;
        }
    }
}
