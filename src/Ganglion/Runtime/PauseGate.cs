using Ganglion.Agents;
using Ganglion.Routes;

namespace Ganglion.Runtime;

/// <summary>Lets no turn begin in a partition of an agent while the agent, or the channel of the event, is paused.</summary>
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
        _pauses.Changed += Release;
    }

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

    /// <summary>The partition goes: nobody waits any more.</summary>
    public void Dispose()
    {
        _pauses.Changed -= Release;
        lock (_lock)
        {
            _waiting = [];
        }
    }

    private bool IsHeld(BusyInstance instance) => _pauses.Holds(_agent.Name, instance.First!.Origin.Channel);

    private void Release()
    {
        List<BusyInstance> waited;
        lock (_lock)
        {
            (waited, _waiting) = (_waiting, []);
        }

        // Whoever is still held comes back.
        waited.ForEach(_schedule);
    }
}
