using System.Text;
using Ganglion.Events;

namespace Ganglion.Agents;

public sealed partial class AgentContext
{
    /// <summary>The timers that the handler has set and cancelled so far.</summary>
    internal List<TimerChange>? Timers { get; private set; }

    /// <summary>
    /// Sends this instance an event later: a reminder, a deadline. The timer is kept on the log and survives any restart; the event
    /// comes once, at its time or as soon after it as the agent runs, handled like any other event of the channel.
    /// </summary>
    /// <typeparam name="TData">The type of the data.</typeparam>
    /// <param name="delay">How long from now; zero or less: at once.</param>
    /// <param name="channel">The channel whose handler is to get the event; also its type.</param>
    /// <param name="data">The data; <see langword="null"/>: an event without data.</param>
    /// <returns>The id of the timer and of its event, for <see cref="Unschedule"/>.</returns>
    public string Schedule<TData>(TimeSpan delay, string channel, TData data)
    {
        ArgumentException.ThrowIfNullOrEmpty(channel);
        lock (_lock)
        {
            ThrowIfClosed();
            DateTimeOffset due = Now + delay;
            CloudEvent @event = NewEvent(channel, channel, data) with { Time = due };
            (Timers ??= []).Add(new TimerChange(@event.Id, due, EventCodec.Encode(@event, Encoding.UTF8.GetBytes(Self.Key))));
            return @event.Id;
        }
    }

    /// <summary>Cancels a timer of this instance. It may be that its event is on its way already.</summary>
    /// <param name="id">What <see cref="Schedule{TData}"/> returned. An id of no timer is ignored.</param>
    public void Unschedule(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        lock (_lock)
        {
            ThrowIfClosed();
            (Timers ??= []).Add(new TimerChange(id, default, null));
        }
    }
}
