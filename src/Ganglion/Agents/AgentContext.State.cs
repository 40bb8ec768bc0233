using Ganglion.State;

namespace Ganglion.Agents;

public sealed partial class AgentContext
{
    /// <summary>The state as it is for this handler; <see langword="null"/>: none.</summary>
    internal StoredState? State { get; private set; }

    internal bool StateChanged { get; private set; }

    /// <summary>What the instance remembers.</summary>
    /// <typeparam name="TState">The type to read it as; as the data of events is.</typeparam>
    /// <returns>
    /// A copy of its own for each call; change the state with <see cref="SetState{TState}"/>. The default of the type if the instance
    /// remembers nothing.
    /// </returns>
    public TState? GetState<TState>()
        where TState : notnull
    {
        lock (_lock)
        {
            NoteStateSeen();
            return State is { } state ? ReadState<TState>(state) : default;
        }
    }

    /// <summary>Sets what the instance is to remember from now on.</summary>
    /// <typeparam name="TState">The type to write it as.</typeparam>
    /// <param name="state">The state; it is written at once, so that later changes of the object have no effect.</param>
    public void SetState<TState>(TState state)
        where TState : notnull
    {
        StoredState written = WriteState(state);
        lock (_lock)
        {
            ThrowIfClosed();
            State = written;
            StateChanged = true;
        }
    }

    internal void ReplaceState(StoredState? state)
    {
        lock (_lock)
        {
            State = state;
            StateChanged = true;
        }
    }

    /// <summary>Makes the instance forget: it is as if it had never been.</summary>
    public void ClearState()
    {
        lock (_lock)
        {
            ThrowIfClosed();
            State = null;
            StateChanged = true;
        }
    }
}
