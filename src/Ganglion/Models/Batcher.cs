namespace Ganglion.Models;

/// <summary>
/// Makes one call of several small ones that come at about the same time: embeddings, classifications, whatever takes a list. Thread-safe.
/// </summary>
/// <typeparam name="TInput">What each caller gives.</typeparam>
/// <typeparam name="TOutput">What each caller gets.</typeparam>
public sealed class Batcher<TInput, TOutput> : IAsyncDisposable
{
    private readonly Func<IReadOnlyList<TInput>, Task<IReadOnlyList<TOutput>>> _call;
    private readonly BatcherOptions<TInput> _options;
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _calls = [];
    private Batch? _open;
    private bool _isDisposed;

    /// <summary>Makes a batcher.</summary>
    /// <param name="call">Does what is to be done for all of a batch, and returns an outcome for each, in their order.</param>
    /// <param name="options">When a batch is sent.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Batcher(Func<IReadOnlyList<TInput>, Task<IReadOnlyList<TOutput>>> call, BatcherOptions<TInput>? options = null)
    {
        ArgumentNullException.ThrowIfNull(call);
        _call = call;
        _options = options ?? new BatcherOptions<TInput>();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxCount, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.MaxCount, 100_000, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxDelay, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.MaxDelay, TimeSpan.FromHours(1), nameof(options));
    }

    /// <summary>Lets one be done with others.</summary>
    /// <param name="input">What for.</param>
    /// <param name="cancellationToken">Gives up. If its batch is sent already, it is done nevertheless.</param>
    /// <returns>Its outcome. If the call has failed, all of the batch get its exception.</returns>
    /// <exception cref="InvalidOperationException">The call has returned more or fewer outcomes than it was given inputs.</exception>
    public async Task<TOutput> RunAsync(TInput input, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long weight = _options.Weigh(input);
        var outcome = new TaskCompletionSource<TOutput>(TaskCreationOptions.RunContinuationsAsynchronously);
        Batch batch;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_open is { } full && weight > _options.MaxWeight - full.Weight)
            {
                Send(full);
            }

            batch = _open ??= new Batch();
            batch.Waiting.Add((input, outcome));
            batch.Weight += Math.Min(weight, _options.MaxWeight);
            if (batch.Waiting.Count >= _options.MaxCount || batch.Weight >= _options.MaxWeight)
            {
                Send(batch);
            }
            else
            {
                batch.Timer ??= SendInTime(batch);
            }
        }

        using CancellationTokenRegistration cancellation = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                lock (_lock)
                {
                    batch.Waiting.Remove((input, outcome));
                }

                outcome.TrySetCanceled(token);
            },
            null);
        return await outcome.Task.ConfigureAwait(false);
    }

    /// <summary>Sends what has come, and waits for the calls that are under way.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] calls;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            if (_open is { } last)
            {
                Send(last);
            }

            calls = [.. _calls];
        }

        await Task.WhenAll(calls).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Called under the lock, and so is the next. Without a delay a clock may fire at once.
    private ITimer SendInTime(Batch batch) => _options.TimeProvider.CreateTimer(
        _ =>
        {
            lock (_lock)
            {
                Send(batch);
            }
        },
        null,
        _options.MaxDelay,
        Timeout.InfiniteTimeSpan);

    private void Send(Batch batch)
    {
        if (batch != _open)
        {
            return;
        }

        _open = null;
        batch.Timer?.Dispose();
        (TInput Input, TaskCompletionSource<TOutput> Outcome)[] waiting = [.. batch.Waiting];
        if (waiting.Length > 0)
        {
            Task call = Task.Run(() => CallAsync(waiting));
            _calls.Add(call);
            _ = call.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        void Forget(Task ended)
        {
            lock (_lock)
            {
                _calls.Remove(ended);
            }
        }
    }

    private async Task CallAsync((TInput Input, TaskCompletionSource<TOutput> Outcome)[] waiting)
    {
        try
        {
            IReadOnlyList<TOutput> outcomes = await _call([.. waiting.Select(one => one.Input)]).ConfigureAwait(false);
            if (outcomes.Count != waiting.Length)
            {
                throw new InvalidOperationException($"The call has returned {outcomes.Count} outcomes for {waiting.Length} inputs: return one for each, in their order.");
            }

            for (int index = 0; index < waiting.Length; index++)
            {
                waiting[index].Outcome.TrySetResult(outcomes[index]);
            }
        }
        catch (Exception exception)
        {
            foreach ((_, TaskCompletionSource<TOutput> outcome) in waiting)
            {
                outcome.TrySetException(exception);
            }
        }
    }

    private sealed class Batch
    {
        public List<(TInput Input, TaskCompletionSource<TOutput> Outcome)> Waiting { get; } = [];

        public long Weight { get; set; }

        public ITimer? Timer { get; set; }
    }
}
