using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Routes;

namespace Ganglion.Routing;

/// <summary>
/// An event on its way from the entry of a route to its exit, and what it leaves behind. It writes nothing itself: the router commits what was left
/// with the offset that the event came from, and a rehearsal shows it.
/// </summary>
/// <param name="route">The route that holds at its offset.</param>
/// <param name="event">The event.</param>
/// <param name="published">The record that it was published as.</param>
/// <param name="position">Where that lies.</param>
internal sealed class RoutedEvent(Route route, CloudEvent @event, Record published, TopicPartitionOffset position)
{
    private readonly List<LeftRecord> _left = new(1);
    private Record? _record = EventCodec.IsBare(published.Headers) ? null : published;

    public Route Route { get; } = route;

    /// <summary>The event as it is by now.</summary>
    public CloudEvent Event { get; private set; } = @event;

    /// <summary>The key of its record, by which events stay in order.</summary>
    public ReadOnlyMemory<byte>? Key => published.Key;

    /// <summary>It as a record: the one that was published, byte for byte, unless a stage has changed the event or it had no envelope.</summary>
    public Record Record => _record ??= EventCodec.Encode(Event, Key, TraceContext.Read(published.Headers));

    /// <summary>Where it is; <see langword="null"/>: before the first stage, or behind the last.</summary>
    public Stage? Stage { get; private set; }

    /// <summary>What is to be written.</summary>
    public IReadOnlyList<LeftRecord> Left => _left;

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
    public void Send(string topic, Record record, int? partition = null) => _left.Add(new LeftRecord(Stage, new ProducerRecord(topic, record, partition)));

    /// <summary>Passes the stages of its route and, if none of them ends its way, leaves by the exit.</summary>
    /// <param name="stages">What the stages of the route do, in their order.</param>
    /// <param name="cancellationToken">Fires when nobody waits for it any more.</param>
    public async ValueTask PassAsync(IReadOnlyList<IStage> stages, CancellationToken cancellationToken)
    {
        for (int i = 0; i < stages.Count; i++)
        {
            Stage = Route.Stages[i];
            if (!await stages[i].RunAsync(this, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        Stage = null;
        Send(Route.Exit, Record, position.Partition.Partition);
    }
}
