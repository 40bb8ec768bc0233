using Ganglion.State;

namespace Ganglion.Agents;

public sealed partial class AgentContext
{
    private List<StateWrite>? _stateWrites;
    private Exception? _stateFault;

    // What the changes of this turn have made, so that none of it is made again for the next one or for a snapshot.
    private (object State, Type Type)? _changed;

    /// <summary>The state as it is for this handler; <see langword="null"/>: none.</summary>
    internal StoredState? State { get; private set; }

    internal bool StateChanged => _stateWrites is not null;

    /// <summary>What the instance remembers.</summary>
    /// <typeparam name="TState">The type to read it as; as the data of events is.</typeparam>
    /// <returns>
    /// A copy of its own for each call; change the state with <see cref="SetState{TState}"/> or <see cref="ChangeState{TState, TChange}"/>.
    /// The default of the type if the instance remembers nothing.
    /// </returns>
    /// <exception cref="StateException">The state has changes that the type does not take.</exception>
    public TState? GetState<TState>()
        where TState : notnull
    {
        lock (_lock)
        {
            NoteStateSeen(typeof(TState));
            return State is { } state ? _agentServices.States.Read<TState>(state, Event.Id) : default;
        }
    }

    /// <summary>Sets what the instance is to remember from now on.</summary>
    /// <typeparam name="TState">The type to write it as.</typeparam>
    /// <param name="state">The state; it is written at once, so that later changes of the object have no effect.</param>
    /// <exception cref="StateException">It cannot be written (<c>state-unwritable</c>). The event is parked then, unless its handler catches this.</exception>
    public void SetState<TState>(TState state)
        where TState : notnull
    {
        StoredValue written = _agentServices.States.Write(state);
        lock (_lock)
        {
            ThrowIfClosed();
            Replace(new StateWrite(written, null));
        }
    }

    /// <summary>
    /// Changes what the instance remembers, and lets that be an event of its own on the log: the change is written, not the state. An instance
    /// that remembers nothing begins with a new <typeparamref name="TState"/>.
    /// </summary>
    /// <typeparam name="TState">What the instance remembers.</typeparam>
    /// <typeparam name="TChange">What the change is written as.</typeparam>
    /// <param name="change">The change; it is written and made at once, so that later changes of the object have no effect.</param>
    /// <exception cref="StateException">
    /// The state has thrown at the change (<c>state-change-failed</c>). The event is parked then, also if its handler catches this: a state that
    /// cannot be read again must not get onto the log. Or the change cannot be written (<c>state-unwritable</c>).
    /// </exception>
    public void ChangeState<TState, TChange>(TChange change)
        where TState : class, IApply<TChange>, new()
        where TChange : notnull
    {
        ArgumentNullException.ThrowIfNull(change);
        StoredChange written = _agentServices.States.WriteChange(change);
        lock (_lock)
        {
            ThrowIfClosed();
            if (!_isTurnOver)
            {
                _changed = (Make<TState>(written), typeof(TState));
            }

            State = StoredState.Change(State, written);
            (_stateWrites ??= []).Add(new StateWrite(null, written));
        }
    }

    /// <summary>Makes the instance forget: it is as if it had never been.</summary>
    public void ClearState()
    {
        lock (_lock)
        {
            ThrowIfClosed();
            Replace(default);
        }
    }

    internal void ReplaceState(StoredState? state)
    {
        lock (_lock)
        {
            Replace(new StateWrite(state?.Value, null));
            _stateWrites!.AddRange(state?.Changes.Select(change => new StateWrite(null, change)) ?? []);
            State = state;
        }
    }

    /// <summary>What the handler has done with the state, in its order; <see langword="null"/>: nothing.</summary>
    /// <exception cref="StateException">It has made a change that failed.</exception>
    internal IReadOnlyList<StateWrite>? TakeStateWrites()
    {
        lock (_lock)
        {
            return _stateFault is null ? _stateWrites : throw _stateFault;
        }
    }

    /// <summary>The whole state, if it is the one that the log has after this turn.</summary>
    /// <param name="mostBytes">How large it may be.</param>
    /// <exception cref="StateException">It cannot be written.</exception>
    internal StoredValue? TakeSnapshot(int mostBytes)
    {
        lock (_lock)
        {
            return _changed is var (state, type) && state is not IAppendOnly && ReferenceEquals(_atTurn, _current)
                && _agentServices.States.Write(state, type) is { } written && written.Data.Length <= mostBytes
                    ? written
                    : null;
        }
    }

    // Called under the lock.
    private void Replace(StateWrite whole)
    {
        _stateWrites = [whole];
        _changed = null;
        State = whole.Value is { } value ? StoredState.Set(_atTurn, value) : null;
    }

    // Called under the lock.
    private TState Make<TState>(StoredChange change)
        where TState : class, new()
    {
        try
        {
            object state = _changed is var (known, type) && type == typeof(TState) ? known
                : State is { } before ? _agentServices.States.Read<TState>(before, Event.Id)
                : new TState();

            // What was written is read again: so the state is the same now as it will be when it is brought back.
            _agentServices.States.Apply(state, typeof(TState), change, Event.Id);
            return (TState)state;
        }
        catch (Exception exception)
        {
            _stateFault ??= exception;
            throw;
        }
    }
}
