namespace Ganglion.Brokers.Listener.Security;

/// <summary>
/// The clients that are not let in yet. They have few places, so that they cannot take those of all others; and whoever comes when all are taken gets
/// that of the one that has been there longest, so that they cannot keep out who is quick to prove who he is.
/// </summary>
/// <param name="places">How many there can be.</param>
internal sealed class Strangers(int places)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<ClientSession> _sessions = [];

    public void Add(ClientSession session)
    {
        lock (_lock)
        {
            _sessions.AddLast(session);
            if (_sessions.Count > places)
            {
                ClientSession longest = _sessions.First!.Value;
                _sessions.RemoveFirst();
                longest.GiveUp($"{places} others that are not let in yet have come after it.");
            }
        }
    }

    /// <summary>Forgets one that is let in, or has gone; once this returns, it is not given up any more.</summary>
    public void Remove(ClientSession session)
    {
        lock (_lock)
        {
            _sessions.Remove(session);
        }
    }
}
