using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Routes;

namespace Ganglion.Routing;

/// <summary>An event on its way from the entry of a route to its exit. What it leaves behind is committed with the offset that it came from.</summary>
/// <param name="route">The route that holds at its offset.</param>
/// <param name="context">The turn of the router.</param>
internal sealed class RoutedEvent(Route route, AgentContext context)
{
    private Record? _record = EventCodec.IsBare(context.Record.Headers) ? null : context.Record;

    public Route Route { get; } = route;

    /// <summary>The event as it is by now.</summary>
    public CloudEvent Event { get; private set; } = context.Event;

    /// <summary>The key of its record, by which events stay in order.</summary>
    public ReadOnlyMemory<byte>? Key => context.Record.Key;

    /// <summary>It as a record: the one that was published, byte for byte, unless a stage has changed the event or it had no envelope.</summary>
    public Record Record => _record ??= EventCodec.Encode(Event, Key, TraceContext.Read(context.Record.Headers));

    /// <summary>Goes on as another event.</summary>
    public void Change(CloudEvent changed)
    {
        Event = changed;
        _record = null;
    }

    /// <summary>Writes a record beside whatever becomes of the event.</summary>
    /// <param name="topic">Where to.</param>
    /// <param name="record">The record.</param>
    /// <param name="partition">The partition; <see langword="null"/>: that of the record's key.</param>
    public void Send(string topic, Record record, int? partition = null) => context.Send(new ProducerRecord(topic, record, partition));

    /// <summary>Writes the event, as it is by now, to the exit.</summary>
    public void Leave() => Send(Route.Exit, Record, context.Position.Partition.Partition);
}
