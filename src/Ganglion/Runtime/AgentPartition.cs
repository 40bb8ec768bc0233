using Ganglion.Agents;
using Ganglion.Journal;
using Ganglion.Runtime.Failures;
using Ganglion.State;

namespace Ganglion.Runtime;

/// <summary>
/// A partition of an agent that this process owns: its instances that are busy, their state, their timers. Everything about it
/// is dropped when the partition goes.
/// </summary>
internal sealed class AgentPartition(int number, StateStore state, TimerQueue timers, JournalStore journals, Suspension suspension, PauseGate gate) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, BusyInstance> _instances = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _lost = new();
    private TaskCompletionSource? _drained;
    private int _running;
    private int _looks = 1;

    public int Number { get; } = number;

    public StateStore State { get; } = state;

    public TimerQueue Timers { get; } = timers;

    public JournalStore Journals { get; } = journals;

    /// <summary>Whether everything in it fails.</summary>
    public Suspension Suspension { get; } = suspension;

    /// <summary>The instances that exclusive handlers have for themselves.</summary>
    public HeldInstances Held => Journals.Held;

    /// <summary>The events that were put aside meanwhile.</summary>
    public DeferredEvents Deferred => Journals.Deferred;

    /// <summary>Fires when the partition is gone: what is still being done for it is in vain.</summary>
    public CancellationToken Lost => _lost.Token;

    public bool IsLost => _lost.IsCancellationRequested;

    /// <summary>An event has come for an instance.</summary>
    /// <returns>The instance, if it had nothing to do before: it is to be scheduled.</returns>
    public BusyInstance? Arrive(Invocation invocation)
    {
        string key = invocation.Key!;
        lock (_lock)
        {
            if (_instances.TryGetValue(key, out BusyInstance? instance))
            {
                invocation.Instance = instance;
                instance.Last!.NextOfInstance = invocation;
                instance.Last = invocation;
                return null;
            }

            instance = new BusyInstance(this, key) { First = invocation, Last = invocation };
            _instances.Add(key, instance);
            invocation.Instance = instance;
            return instance;
        }
    }

    /// <summary>It is an instance's turn.</summary>
    /// <returns>The event to handle; <see langword="null"/> if nothing is begun: the partition is going, paused or suspended.</returns>
    public Invocation? BeginTurn(BusyInstance instance)
    {
        lock (_lock)
        {
            if (_drained is not null || !gate.MayBegin(instance) || !Suspension.MayBegin(instance))
            {
                return null;
            }

            _running++;
            return instance.First;
        }
    }

    /// <summary>In an instance's turn its handler is called: what came before it, such as middleware, may take its time.</summary>
    /// <returns>Whether it is called. Otherwise a pause has cancelled it.</returns>
    public bool BeginCall(BusyInstance instance)
    {
        instance.BeganAt = Volatile.Read(ref _looks);

        // Whoever pauses looks for calls afterwards: either he finds this one, or it finds the pause.
        Interlocked.MemoryBarrier();
        return !gate.IsCancelled(instance);
    }

    /// <summary>Cancels the handlers that run and that a pause cancels.</summary>
    public void CancelPaused()
    {
        AgentContext?[] cancelled;
        lock (_lock)
        {
            cancelled = [.. _instances.Values.Where(instance => instance.BeganAt != 0 && gate.IsCancelled(instance)).Select(instance => instance.First!.Context)];
        }

        foreach (AgentContext? call in cancelled)
        {
            call?.Interrupt();
        }
    }

    /// <summary>An instance's turn is over.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="isFinished">Whether its event is finished; otherwise it will be handled again.</param>
    /// <returns>Whether the instance has more events: it is to be scheduled again.</returns>
    public bool EndTurn(BusyInstance instance, bool isFinished)
    {
        lock (_lock)
        {
            _running--;
            instance.BeganAt = 0;
            if (_running == 0)
            {
                _drained?.TrySetResult();
            }

            if (!isFinished)
            {
                return false;
            }

            instance.First = instance.First!.NextOfInstance;
            if (instance.First is not null)
            {
                return true;
            }

            _instances.Remove(instance.Key);
            return false;
        }
    }

    /// <summary>Looks at the turns that are under way.</summary>
    /// <param name="looks">How many looks ago.</param>
    /// <returns>Those whose handlers had been called by then, with the calls.</returns>
    public IReadOnlyList<(Invocation Invocation, AgentContext Call)> FindLongTurns(int looks)
    {
        lock (_lock)
        {
            _looks++;
            return
            [
                .. from instance in _instances.Values
                   where instance.BeganAt != 0 && _looks - instance.BeganAt >= looks
                   let invocation = instance.First!
                   let call = invocation.Context
                   where call is not null
                   select (invocation, call),
            ];
        }
    }

    /// <summary>Begins no more turns; completes when those under way are over.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            if (_drained is null)
            {
                _drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_running == 0)
                {
                    _drained.SetResult();
                }
            }

            return _drained.Task;
        }
    }

    /// <summary>The partition is gone.</summary>
    public void Lose()
    {
        _ = DrainAsync();
        Timers.Stop();
        Suspension.Dispose();
        gate.Dispose();

        // What handlers have registered with it may throw or block, which is not to hold up whoever drops the partition.
        _ = _lost.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Lose();
        await Task.WhenAll(State.DisposeAsync().AsTask(), Timers.DisposeAsync().AsTask(), Journals.DisposeAsync().AsTask()).ConfigureAwait(false);
    }
}
