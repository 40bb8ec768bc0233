using System.Globalization;
using System.Text;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Control;
using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Routes;

/// <summary>Writes changes of routes to the log: each with a marker in every partition of the route's entry, at which it takes effect.</summary>
/// <param name="broker">The broker.</param>
/// <param name="topic">The topic of the changes.</param>
/// <param name="source">Who writes them.</param>
/// <param name="time">The clock.</param>
internal sealed class RouteWriter(IEventBroker broker, ControlTopic topic, string source, TimeProvider time)
{
    /// <summary>The type of the events that tell where a change took effect.</summary>
    public const string Effective = "ganglion.route.effective";

    /// <summary>Under which key a change lies.</summary>
    public static string KeyOf(Route route, string id) => string.Create(CultureInfo.InvariantCulture, $"{route.Channel}/{route.Version}/{id}");

    /// <summary>Writes a change and its markers: none without the others.</summary>
    /// <returns>Where the markers lie, by partition.</returns>
    public async ValueTask<IReadOnlyList<long>> CommitAsync(RouteChange change, CancellationToken cancellationToken)
    {
        Route route = change.Route;
        var entry = new RouteEntry(route.Channel, route.Version, route.Entry, route.Exit, route.Stages, change.Ends) { By = change.By, Reason = change.Reason };
        CloudEvent written = EventOf(RouteMarker.Type, route) with
        {
            Id = change.Id,
            Time = change.At,
            Data = JsonSerializer.SerializeToUtf8Bytes(entry, RouteJson.Default.RouteEntry),
        };
        Record marker = RouteMarker.Encode(written);
        IEventProducer producer = await broker.CreateProducerAsync(new ProducerOptions { ClientId = RouteTable.Topic }, cancellationToken).ConfigureAwait(false);
        await using var own = producer.ConfigureAwait(false);
        IReadOnlyList<TopicPartitionOffset> positions = await producer.CommitAsync(
            new AtomicCommit
            {
                Records =
                [
                    new ProducerRecord(RouteTable.Topic, EventCodec.Encode(written, Encoding.UTF8.GetBytes(KeyOf(route, change.Id))), 0),
                    .. Enumerable.Range(0, change.Ends.Count).Select(partition => new ProducerRecord(route.Entry, marker, partition)),
                ],
            },
            cancellationToken).ConfigureAwait(false);
        return [.. positions.Skip(1).Select(position => position.Offset)];
    }

    /// <summary>Writes where a change took effect.</summary>
    /// <param name="change">The change.</param>
    /// <param name="offsets">Where its markers lie, by partition.</param>
    /// <param name="cancellationToken">Gives up waiting; it may be written nevertheless.</param>
    public ValueTask WriteOffsetsAsync(RouteChange change, IReadOnlyList<long> offsets, CancellationToken cancellationToken) => topic.WriteAsync(
        KeyOf(change.Route, change.Id) + "/offsets",
        EventOf(Effective, change.Route) with
        {
            CausationId = change.Id,
            Data = JsonSerializer.SerializeToUtf8Bytes(new RouteOffsets(offsets), RouteJson.Default.RouteOffsets),
        },
        cancellationToken);

    /// <summary>Looks for the markers of a change: they lie little behind where the partitions ended when it was begun.</summary>
    /// <returns>Where they lie, by partition.</returns>
    public async ValueTask<IReadOnlyList<long>> FindMarkersAsync(RouteChange change, CancellationToken cancellationToken) =>
        await Task.WhenAll(change.Ends.Select((end, partition) =>
            FindMarkerAsync(new TopicPartition(change.Route.Entry, partition), end, change.Id, cancellationToken))).ConfigureAwait(false);

    // It is there by now: whoever sees the change sees what was committed with it. If it is not, retention has taken it, and with it everything that
    // lay before; or the topic was deleted; or the change was written by somebody else, who has written no marker.
    private async Task<long> FindMarkerAsync(TopicPartition partition, long from, string id, CancellationToken cancellationToken)
    {
        try
        {
            long end = await broker.Topics.GetOffsetAsync(partition, OffsetPosition.End, cancellationToken).ConfigureAwait(false);
            var log = new PartitionReader(broker, partition);
            await using var own = log.ConfigureAwait(false);
            await foreach (ConsumedRecord record in log.ReadRangeAsync(from, end, cancellationToken).ConfigureAwait(false))
            {
                if (RouteMarker.TryRead(record.Record, out RouteMarker marker) && marker.Id == id)
                {
                    return record.Offset;
                }
            }
        }
        catch (TopicException exception) when (exception.Code == "topic-not-found")
        {
        }

        return from;
    }

    private CloudEvent EventOf(string type, Route route) => new(type, source, time) { Subject = route.Channel, DataContentType = MediaType.Json };
}
