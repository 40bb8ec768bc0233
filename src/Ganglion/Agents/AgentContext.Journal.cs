using Ganglion.Events;
using Ganglion.Journal;
using Ganglion.Journal.Entries;
using Ganglion.State;
using Polly.CircuitBreaker;

namespace Ganglion.Agents;

public sealed partial class AgentContext : IJournaled
{
    private StoredState? _current;
    private StoredState? _atTurn;
    private bool _isStateSeen;
    private bool _isStateTaken;

    // Whether all types as which the turn has seen the state say so.
    private bool _onlyGrows = true;
    private bool _isTurnOver;
    private bool _mayRetry;
    private int _partition;
    private Func<IReadOnlyList<JournalEntry>, Task>? _record;
    private Random? _random;

    /// <summary>The handler that runs and its journal; <see langword="null"/> for a handler that cannot wait.</summary>
    internal Execution? Execution { get; private set; }

    /// <summary>Names the invocation in its journal and in what it hands to others.</summary>
    internal InvocationId InvocationId { get; private set; }

    /// <summary>
    /// Random numbers that are the same whenever the handler runs for this event. Use it in the handler itself, not in effects.
    /// </summary>
    public Random Random => _random ??= new Random((int)(uint)InvocationId.Value);

    /// <summary>Does something that has an effect outside, or whose result may differ each time: a model call, a payment, a look at a file.</summary>
    /// <typeparam name="TResult">The type of the result, as the data of events is.</typeparam>
    /// <param name="name">What it is called in the journal. Keep it when the code changes.</param>
    /// <param name="effect">Does it. Runs on the thread pool, and may await whatever it likes.</param>
    /// <returns>
    /// The result. It is on the log before the handler goes on: when the handler runs again, after a crash or after having waited, it
    /// gets the recorded result, and the effect is not done again. An effect that was interrupted by a crash is done again, with the same
    /// <see cref="EffectContext.IdempotencyKey"/>.
    /// </returns>
    /// <param name="dependency">
    /// What it calls that may be down, as it is called by <c>AddCircuitBreaker</c>: when too many effects of the host have failed that call it, it
    /// is left alone for a while, and handlers that need it wait rather than use up their retries. Default: none.
    /// </param>
    /// <exception cref="EffectFailedException">
    /// It has failed as often as the agent's <see cref="AgentOptions.Retries"/> allow, or has thrown
    /// <see cref="UnprocessableEventException"/>. That is recorded, too: the handler may catch it and go another way.
    /// </exception>
    public async Task<TResult> RunAsync<TResult>(string name, Func<EffectContext, Task<TResult>> effect, string? dependency = null)
        where TResult : notnull
    {
        ArgumentNullException.ThrowIfNull(effect);
        Func<EffectContext, Task<TResult>> guarded = dependency is null ? effect : Guard(dependency, effect);
        Outcome outcome = await RunEffectAsync(name, number => DoAsync(number, guarded)).ConfigureAwait(false);
        return Read<TResult>(name, outcome);
    }

    /// <inheritdoc cref="RunAsync{TResult}(string, Func{EffectContext, Task{TResult}}, string?)"/>
    public async Task RunAsync(string name, Func<EffectContext, Task> effect, string? dependency = null)
    {
        ArgumentNullException.ThrowIfNull(effect);
        Func<EffectContext, Task> guarded = dependency is null ? effect : Guard(dependency, effect);
        Outcome outcome = await RunEffectAsync(name, number => DoAsync(number, guarded)).ConfigureAwait(false);
        ThrowIfFailed(name, outcome);
    }

    /// <summary>
    /// Waits. The wait is kept on the log and survives any restart; meanwhile the instance handles its other events.
    /// </summary>
    /// <param name="delay">How long from <see cref="Now"/>; zero or less: until the instance's next turn.</param>
    /// <param name="cancellationToken">Ends the waiting; see <see cref="AskAsync"/> for who may cancel it.</param>
    /// <exception cref="RequestCancelledException">The waiting was cancelled, or who has called this handler has given up.</exception>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken = default) => WaitUntilAsync(Now + delay, cancellationToken);

    /// <inheritdoc cref="DelayAsync"/>
    /// <param name="due">Until when, exact to the millisecond.</param>
    /// <param name="cancellationToken">Ends the waiting; see <see cref="AskAsync"/> for who may cancel it.</param>
    public async Task WaitUntilAsync(DateTimeOffset due, CancellationToken cancellationToken = default)
    {
        Outcome outcome = await RequestAsync(OperationKind.Timer, "delay", null, due, null, null, cancellationToken).ConfigureAwait(true);
        ThrowIfUnanswered("delay", outcome);
    }

    /// <summary>A new id, the same whenever the handler runs for this event.</summary>
    public Guid NewGuid()
    {
        lock (_lock)
        {
            return Guid.Parse(NextId());
        }
    }

    /// <summary>Lets the handler wait.</summary>
    /// <param name="id">Names the invocation.</param>
    /// <param name="partition">The partition of the instance.</param>
    /// <param name="journal">What is to be played to it, if it has run before.</param>
    /// <param name="recorded">How many entries of the journal lie on the log.</param>
    /// <param name="version">The version of the handler.</param>
    /// <param name="mayRetry">Whether a failing effect is to be tried again with the whole handler, rather than reported to it.</param>
    /// <param name="record">Puts journal entries on the log.</param>
    internal void MakeDurable(
        InvocationId id,
        int partition,
        List<JournalEntry>? journal,
        int recorded,
        int version,
        bool mayRetry,
        Func<IReadOnlyList<JournalEntry>, Task> record)
    {
        InvocationId = id;
        _partition = partition;
        _mayRetry = mayRetry;
        _record = record;
        Execution = new Execution(this, journal, recorded, version, _agentServices.Time);
    }

    string IJournaled.Instance => Self.ToString();

    void IJournaled.BeginTurn(StateEntry? seen, bool isOver)
    {
        lock (_lock)
        {
            Published = null;
            Calls = null;
            Timers = null;
            _stateWrites = null;
            _changed = null;
            _isTurnOver = isOver;
            _isStateSeen = _isStateTaken = seen is not null;
            _onlyGrows = true;
            State = seen is not null ? seen.State : _current;
            _atTurn = State;
        }
    }

    JournalEntry? IJournaled.TakeSeenState()
    {
        lock (_lock)
        {
            if (!_isStateSeen || _isStateTaken)
            {
                return null;
            }

            _isStateTaken = true;
            return _onlyGrows ? new StateAtEntry(_atTurn?.Version ?? 0) : new StateEntry(_atTurn);
        }
    }

    StoredState? IJournaled.StateAt(long version) => version == 0 ? null : _current?.At(version) ?? throw new JournalException(
        "journal-state-gone",
        $"The handler of {Self} has seen its state in the version {version}, and that is gone: the state was set or cleared while the handler waited. States that only grow are changed by ChangeState alone.");

    Task IJournaled.RecordAsync(IReadOnlyList<JournalEntry> entries) => _record!(entries);

    // Called under the lock.
    private void NoteStateSeen(Type type)
    {
        if (_stateWrites is null or [{ Change: not null }, ..])
        {
            _isStateSeen = true;
            _onlyGrows &= typeof(IAppendOnly).IsAssignableFrom(type);
        }
    }

    private Execution ExecutionToWaitIn() => Execution ?? throw new InvalidOperationException(
        $"The handler of '{Channel}' returns nothing, so it cannot wait: let it return Task, and await in it.");

    private ValueTask<Outcome> RunEffectAsync(string name, Func<int, Task<Outcome>> work)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (_lock)
        {
            ThrowIfClosed();
            return ExecutionToWaitIn().BeginOperation(OperationKind.Effect, name, work: work).Ended;
        }
    }

    private async Task<Outcome> DoAsync<TResult>(int number, Func<EffectContext, Task<TResult>> effect)
        where TResult : notnull
    {
        try
        {
            TResult result = await effect(EffectContextOf(number)).ConfigureAwait(false);
            return result is null ? Outcome.Nothing : Write(result);
        }
        catch (Exception exception) when (IsOutcome(exception))
        {
            return OutcomeOf(exception);
        }
    }

    private async Task<Outcome> DoAsync(int number, Func<EffectContext, Task> effect)
    {
        try
        {
            await effect(EffectContextOf(number)).ConfigureAwait(false);
            return Outcome.Nothing;
        }
        catch (Exception exception) when (IsOutcome(exception))
        {
            return OutcomeOf(exception);
        }
    }

    private EffectContext EffectContextOf(int number) => new(new OperationId(InvocationId, number), CancellationToken);

    private Func<EffectContext, Task<TResult>> Guard<TResult>(string dependency, Func<EffectContext, Task<TResult>> effect) =>
        context => _agentServices.Circuits.RunAsync(dependency, () => effect(context), context.CancellationToken);

    private Func<EffectContext, Task> Guard(string dependency, Func<EffectContext, Task> effect) =>
        context => _agentServices.Circuits.RunAsync(dependency, () => effect(context), context.CancellationToken);

    // Otherwise the whole handler is to run again, and the effect with it. That it is out of time or cancelled, its dependency left alone, or
    // the agent broken, is no failure of the effect.
    private bool IsOutcome(Exception exception) => exception is UnprocessableEventException
        || (!_mayRetry && !_isInterrupted && exception is not (OperationCanceledException or BrokenCircuitException or AgentBrokenException));

    private static Outcome OutcomeOf(Exception exception) =>
        new(Failure: new Failure(exception.GetType().FullName ?? exception.GetType().Name, exception.Message));

    private Outcome Write(object result)
    {
        EventData written = _agentServices.Data.Write(result);
        return new Outcome(written.Bytes, written.ContentType);
    }

    private TResult Read<TResult>(string name, Outcome outcome)
        where TResult : notnull
    {
        ThrowIfFailed(name, outcome);
        return outcome.Data is null ? default! : ReadOutcome<TResult>(name, outcome);
    }

    // Upcasters of results are registered for the type "agent.effect".
    private TResult ReadOutcome<TResult>(string name, Outcome outcome)
        where TResult : notnull
    {
        if (_agentServices.Data.TryReadCurrent(outcome.Data, outcome.ContentType, out TResult? result))
        {
            return result;
        }

        return _agentServices.Data.Read<TResult>(new CloudEvent
        {
            Id = Event.Id,
            Source = _agentServices.Source,
            Type = $"{Self.Type}.{name}",
            DataContentType = outcome.ContentType,
            DataSchema = outcome.Schema,
            Data = outcome.Data,
        });
    }

    private static void ThrowIfFailed(string name, Outcome outcome)
    {
        if (outcome.Failure is { } failure)
        {
            throw new EffectFailedException(name, failure.Type, failure.Message);
        }
    }
}
