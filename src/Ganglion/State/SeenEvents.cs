using Ganglion.Events;

namespace Ganglion.State;

/// <summary>
/// The window over the newest events of a partition in which a second one of the same source and id is a duplicate. An event
/// takes 16 bytes and its place in a hash set.
/// </summary>
internal sealed class SeenEvents(int window)
{
    private readonly HashSet<UInt128> _ids = [];
    private readonly Queue<UInt128> _byAge = new();

    /// <summary>Remembers an event, and forgets the oldest when the window is full.</summary>
    /// <param name="event">The event.</param>
    /// <param name="redriven">The dead letter that it was redriven from, if it was: of each an event comes once more.</param>
    /// <returns>Whether the event is new: no other of its source and id is in the window.</returns>
    public bool Add(CloudEvent @event, string? redriven = null)
    {
        if (window == 0)
        {
            return true;
        }

        UInt128 id = IdOf(@event, redriven);
        if (!_ids.Add(id))
        {
            return false;
        }

        _byAge.Enqueue(id);
        if (_byAge.Count > window)
        {
            _ids.Remove(_byAge.Dequeue());
        }

        return true;
    }

    /// <summary>Whether an event of this source and id is in the window.</summary>
    public bool Contains(CloudEvent @event, string? redriven = null) => _ids.Contains(IdOf(@event, redriven));

    private static UInt128 IdOf(CloudEvent @event, string? redriven) => redriven is null
        ? Hash128.Of([@event.Source, @event.Id], Hash128.ProcessSeed)
        : Hash128.Of([@event.Source, @event.Id, redriven], Hash128.ProcessSeed);
}
