using System.Diagnostics.CodeAnalysis;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ganglion.Agents;

/// <summary>
/// What a handler sees of the world while it handles one event, and what it sends, remembers and schedules. All of that becomes
/// visible together, in one atomic commit with the event's offset, once the handler has returned; if it throws, none of it
/// happened.
/// </summary>
/// <remarks>Safe to be called from several threads. Once the handler has returned, it takes nothing more.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "The runtime disposes of it when the handler is over; nobody else is to.")]
public sealed partial class AgentContext
{
    private readonly AgentServices _agentServices;
    private readonly Lock _lock = new();
    private IServiceScope? _scope;
    private HandlerServices? _services;
    private ReplayLogger? _logger;
    private DerivedIds? _ids;
    private int _nextId;
    private readonly CancellationToken _lost;
    private readonly TimeSpan _timeout;
    private CancellationTokenSource? _time;
    private ITimer? _clock;
    private CancellationTokenRegistration _loss;
    private bool _closed;

    internal AgentContext(
        AgentServices services,
        string channel,
        string key,
        CloudEvent @event,
        int attempt,
        StoredState? state,
        TimeSpan timeout,
        CancellationToken lost)
    {
        _lost = lost;
        _timeout = timeout;
        _agentServices = services;
        Channel = channel;
        Self = new AgentId(services.Type, key);
        Event = @event;
        Attempt = attempt;
        State = _current = _atTurn = state;
    }

    /// <summary>The instance that handles the event.</summary>
    public AgentId Self { get; }

    /// <summary>The event that is being handled.</summary>
    public CloudEvent Event { get; }

    /// <summary>
    /// The conversation of the event that is being handled: its <see cref="CloudEvent.CorrelationId"/>, or its id if it begins one.
    /// </summary>
    public string Conversation => Event.CorrelationId ?? Event.Id;

    /// <summary>The channel it came from.</summary>
    public string Channel { get; }

    /// <summary>1 when the event is handled for the first time, 2 on the first retry, and so on; starts again after a restart.</summary>
    public int Attempt { get; }

    /// <summary>
    /// Fires when the handler has run out of time, a pause cancels it, or its work is in vain because the partition went elsewhere. Once the
    /// handler is over, it has fired.
    /// </summary>
    public CancellationToken CancellationToken
    {
        get
        {
            lock (_lock)
            {
                return _closed || _isInterrupted ? new CancellationToken(canceled: true) : (_time ?? StartTime()).Token;
            }
        }
    }

    /// <summary>
    /// The agent's logger. Quiet while <see cref="IsReplaying"/>, and so is an <c>ILogger&lt;T&gt;</c> that the agent or its handler takes.
    /// </summary>
    public ILogger Logger => Execution is null ? _agentServices.Logger : _logger ??= new ReplayLogger(_agentServices.Logger, this);

    /// <summary>
    /// Whether the handler is just doing again what it has done before, because it goes on after it has waited or was interrupted. For
    /// what is neither an operation nor logged, such as a count of your own.
    /// </summary>
    public bool IsReplaying => Execution is { IsPlaying: true };

    /// <summary>
    /// The time, by the clock of the host. In a handler that may wait it stands still from one operation to the next, and is the same when the
    /// handler runs again after it has waited or was interrupted behind an effect, so that it decides the same.
    /// </summary>
    public DateTimeOffset Now => Execution?.Now ?? _agentServices.Time.GetUtcNow();

    /// <summary>The services of the host, in a scope that lasts as long as the handler.</summary>
    public IServiceProvider Services
    {
        get
        {
            lock (_lock)
            {
                ThrowIfClosed();
                IServiceProvider services = Around?.Services ?? (_scope ??= _agentServices.Scopes.CreateScope()).ServiceProvider;
                return Execution is null ? services : _services ??= new HandlerServices(services, this);
            }
        }
    }

    /// <summary>The record that brought the event.</summary>
    internal Record Record { get; init; }

    /// <summary>Where it lay first.</summary>
    internal TopicPartitionOffset Position { get; init; }

    /// <summary>The middleware in the midst of which the handler is called, if any; then the scope of services is its.</summary>
    internal MiddlewareContext? Around { get; init; }

    /// <summary>The clock of the host, for what is done within effects.</summary>
    internal TimeProvider Time => _agentServices.Time;

    /// <summary>The circuit breakers of the host.</summary>
    internal CircuitBreakers Circuits => _agentServices.Circuits;

    /// <summary>What the handler does now follows from this event.</summary>
    internal string CauseId => Execution?.Answer?.Id ?? Event.Id;

    /// <summary>Ends the handler's part: what it still does has no effect.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }
    }

    /// <summary>Whether there is something to <see cref="DisposeAsync"/>.</summary>
    internal bool HasResources => _scope is not null || _time is not null;

    /// <summary>Whether <see cref="CancellationToken"/> has fired.</summary>
    internal bool IsOutOfTime => _time is { IsCancellationRequested: true };

    /// <summary>
    /// The id of the event of the instance's state. It is none of those that the handler takes one after the other: they go on in the next
    /// turn where this one stopped, without it.
    /// </summary>
    internal string StateEventId()
    {
        lock (_lock)
        {
            return Ids[-1 - (Execution?.Turn ?? 0)];
        }
    }

    internal ValueTask DisposeAsync()
    {
        _loss.Dispose();
        _clock?.Dispose();
        if (_time is { IsCancellationRequested: false } time)
        {
            // One that has fired may still be telling whoever has registered.
            if (IsAbandoned)
            {
                // The handler goes on in vain, and may wait for it.
                _ = time.CancelAsync();
            }
            else
            {
                time.Dispose();
            }
        }

        if (_scope is IAsyncDisposable asynchronous)
        {
            return asynchronous.DisposeAsync();
        }

        _scope?.Dispose();
        return default;
    }

    // Most handlers neither wait nor ask for the token: their time is not taken. Called under the lock.
    private CancellationTokenSource StartTime()
    {
        _time = new CancellationTokenSource();
        _clock = _agentServices.Time.CreateTimer(EndTime, _time, _timeout, Timeout.InfiniteTimeSpan);
        _loss = _lost.UnsafeRegister(EndTime, _time);
        return _time;
    }

    // What a handler has registered may throw: on the thread of a timer that would end the process.
    private static void EndTime(object? time)
    {
        try
        {
            _ = ((CancellationTokenSource)time!).CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The handler is over.
        }
    }

    // Called under the lock.
    private string NextId() => Ids[_nextId++];

    // Called under the lock.
    private DerivedIds Ids => _ids ??= new DerivedIds(Event, Channel, Self.Type);

    // Called under the lock.
    private void ThrowIfClosed()
    {
        if (_closed)
        {
            throw new InvalidOperationException(
                $"The handler of '{Channel}' in {Self} is over, so its context takes nothing more: await what the handler starts.");
        }
    }
}
