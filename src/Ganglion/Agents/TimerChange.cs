using Ganglion.Events;

namespace Ganglion.Agents;

/// <summary>A timer that is set, or (without an event) cancelled.</summary>
/// <param name="Id">The timer's id, which is also its event's.</param>
/// <param name="Due">When the event is to come.</param>
/// <param name="Event">The event as it will lie in the inbox.</param>
internal readonly record struct TimerChange(string Id, DateTimeOffset Due, Record? Event);
