using Ganglion.Journal;

namespace Ganglion.Agents;

// The call of the handler may be given up, when it does not come back; whoever is first decides.
public sealed partial class AgentContext
{
    private const int Returned = 1;
    private const int Abandoned = 2;

    private int _call;

    /// <summary>The call of the handler has come back, with its result or with a task.</summary>
    /// <returns>Whether it counts; otherwise it has been given up.</returns>
    internal bool TryReturn() => Interlocked.CompareExchange(ref _call, Returned, 0) == 0;

    /// <summary>Whether the call of the handler has been given up: nothing of it counts.</summary>
    internal bool IsAbandoned => Volatile.Read(ref _call) == Abandoned;

    bool IJournaled.IsAbandoned => IsAbandoned;

    /// <summary>Gives up the call of the handler.</summary>
    /// <returns>Whether it had not come back.</returns>
    internal bool TryAbandon() => Interlocked.CompareExchange(ref _call, Abandoned, 0) == 0;
}
