using Ganglion.Journal;
using Ganglion.State;

namespace Ganglion.Runtime;

/// <summary>
/// A partition of an agent that this process owns: its instances that are busy, their state, their timers. Everything about it
/// is dropped when the partition goes.
/// </summary>
internal sealed class AgentPartition(int number, StateStore state, TimerQueue timers, JournalStore journals) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Instance> _instances = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _lost = new();
    private TaskCompletionSource? _drained;
    private int _running;

    public int Number { get; } = number;

    public StateStore State { get; } = state;

    public TimerQueue Timers { get; } = timers;

    public JournalStore Journals { get; } = journals;

    /// <summary>The instances that exclusive handlers have for themselves.</summary>
    public HeldInstances Held => Journals.Held;

    /// <summary>Fires when the partition is gone: what is still being done for it is in vain.</summary>
    public CancellationToken Lost => _lost.Token;

    public bool IsLost => _lost.IsCancellationRequested;

    /// <summary>An event has come for an instance.</summary>
    /// <returns>The instance, if it had nothing to do before: it is to be scheduled.</returns>
    public Instance? Arrive(Invocation invocation)
    {
        string key = invocation.Key!;
        lock (_lock)
        {
            if (_instances.TryGetValue(key, out Instance? instance))
            {
                invocation.Instance = instance;
                instance.Last!.NextOfInstance = invocation;
                instance.Last = invocation;
                return null;
            }

            instance = new Instance(this, key) { First = invocation, Last = invocation };
            _instances.Add(key, instance);
            invocation.Instance = instance;
            return instance;
        }
    }

    /// <summary>It is an instance's turn.</summary>
    /// <returns>The event to handle; <see langword="null"/> if the partition is going, and nothing is begun any more.</returns>
    public Invocation? BeginTurn(Instance instance)
    {
        lock (_lock)
        {
            if (_drained is not null)
            {
                return null;
            }

            _running++;
            return instance.First;
        }
    }

    /// <summary>An instance's turn is over.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="isFinished">Whether its event is finished; otherwise it will be handled again.</param>
    /// <returns>Whether the instance has more events: it is to be scheduled again.</returns>
    public bool EndTurn(Instance instance, bool isFinished)
    {
        lock (_lock)
        {
            _running--;
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
        _lost.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Lose();
        await State.DisposeAsync().ConfigureAwait(false);
        await Timers.DisposeAsync().ConfigureAwait(false);
        await Journals.DisposeAsync().ConfigureAwait(false);
    }
}
