using Ganglion.Agents;
using Ganglion.Routes;

namespace Ganglion.Runtime;

/// <summary>
/// Lets no turn begin in a partition of an agent while the agent, or the channel or the tier of the event, is paused; and tells which handlers a pause cancels.
/// </summary>
internal sealed class PauseGate : IDisposable
{
    private readonly AgentType _agent;
    private readonly Pauses _pauses;
    private readonly Action<BusyInstance> _schedule;
    private readonly Lock _lock = new();
    private List<BusyInstance> _waiting = [];

    /// <param name="agent">The agent.</param>
    /// <param name="pauses">What is paused.</param>
    /// <param name="schedule">Schedules an instance that waits no longer.</param>
    public PauseGate(AgentType agent, Pauses pauses, Action<BusyInstance> schedule)
    {
        _agent = agent;
        _pauses = pauses;
        _schedule = schedule;
        _pauses.Changed += Change;
    }

    /// <summary>Raised when some handlers that are running may have to be cancelled.</summary>
    public event Action? Cancelling;

    /// <summary>Whether an instance may take its turn. If not, it is scheduled again when it may.</summary>
    public bool MayBegin(BusyInstance instance)
    {
        if (!IsHeld(instance))
        {
            return true;
        }

        lock (_lock)
        {
            // Whoever has ended the pause meanwhile looks for those that wait only after this.
            if (!IsHeld(instance))
            {
                return true;
            }

            _waiting.Add(instance);
            return false;
        }
    }

    /// <summary>Whether the handler of an instance's event is cancelled.</summary>
    public bool IsCancelled(BusyInstance instance) => _pauses.Holds(_agent.Name, ChannelOf(instance), TierOf(instance), cancelling: true);

    /// <summary>The partition goes: nobody waits any more.</summary>
    public void Dispose()
    {
        _pauses.Changed -= Change;
        lock (_lock)
        {
            _waiting = [];
        }
    }

    private bool IsHeld(BusyInstance instance) => _pauses.Holds(_agent.Name, ChannelOf(instance), TierOf(instance));

    // Of what goes on after it has waited, the channel is that of what it has waited for.
    private static string? ChannelOf(BusyInstance instance) => (instance.First!.Arrived?.Origin ?? instance.First.Origin).Channel;

    private static string? TierOf(BusyInstance instance) => instance is { First.Arrived: null, Lane: { Channel: not null } lane } ? lane.Name : null;

    private void Change()
    {
        Cancelling?.Invoke();
        List<BusyInstance> waited;
        lock (_lock)
        {
            (waited, _waiting) = (_waiting, []);
        }

        // Whoever is still held comes back.
        waited.ForEach(_schedule);
    }
}
