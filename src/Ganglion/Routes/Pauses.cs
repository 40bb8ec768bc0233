using System.Collections.Frozen;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Control;
using Ganglion.Events;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Routes;

/// <summary>
/// Soft stops: pauses agents and channels in all processes, and lets them go on where they were. While something is paused, no handler is
/// called for its events; those that are running finish, or are cancelled. Events wait on the log, in their order, and what publishes them goes on.
/// </summary>
/// <remarks>
/// The topic <c>ganglion.pauses</c> keeps them, and every change for good: a pause lasts until somebody ends it, whatever is restarted meanwhile. In a
/// host it is a service.
/// </remarks>
public sealed partial class Pauses : IAsyncDisposable
{
    /// <summary>The topic.</summary>
    internal const string Topic = "ganglion.pauses";

    private const string Begun = "pause_begun";
    private const string Ended = "pause_ended";

    private readonly string _source;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ControlTopic _topic;

    // Changed by the one thread that follows the topic.
    private readonly List<PauseChange> _changes = [];
    private volatile FrozenDictionary<PauseTarget, Pause> _pauses = FrozenDictionary<PauseTarget, Pause>.Empty;

    /// <summary>Opens the pauses of a broker. Nothing is read or written yet.</summary>
    /// <param name="broker">The broker; it stays the caller's.</param>
    /// <param name="time">The clock.</param>
    public Pauses(IEventBroker broker, TimeProvider time)
        : this(broker, "/ganglion", time, NullLogger.Instance)
    {
    }

    internal Pauses(IEventBroker broker, string source, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(time);
        _source = source;
        _time = time;
        _logger = logger;
        _topic = new ControlTopic(broker, Topic, Apply, time, logger);
    }

    /// <summary>Raised when a pause begins or ends.</summary>
    internal event Action? Changed;

    /// <summary>
    /// Pauses an agent, a channel, a tier, or everything. What is paused already stays so, as it is, unless what it has in hand is now to be cancelled, too.
    /// </summary>
    /// <param name="target">What.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancelWork">
    /// Whether what is in hand is cancelled, by the <c>CancellationToken</c> of its handlers. It is begun anew when the pause has ended, which counts as
    /// no further attempt; effects that are on the log are not done again. Default: what is in hand finishes.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; it may be paused nevertheless.</param>
    /// <returns>The pause, which is in force in this process; other processes follow as soon as the log reaches them.</returns>
    /// <exception cref="StorageException">The broker cannot write.</exception>
    public async ValueTask<Pause> PauseAsync(
        PauseTarget target, string? by = null, string? reason = null, bool cancelWork = false, CancellationToken cancellationToken = default)
    {
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if (!_pauses.TryGetValue(target, out Pause? pause) || (cancelWork && !pause.CancelsWork))
        {
            var entry = new PauseEntry(target.ToString()) { By = by, Reason = reason, CancelsWork = cancelWork };
            await WriteAsync(Begun, entry, cancellationToken).ConfigureAwait(false);
        }

        return _pauses.GetValueOrDefault(target) ?? new Pause(target, _time.GetUtcNow()) { By = by, Reason = reason, CancelsWork = cancelWork };
    }

    /// <summary>Ends a pause: events are handled again, from the first that was not.</summary>
    /// <param name="target">What was paused. Other pauses that concern the same agents stay.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Gives up waiting; it may have ended nevertheless.</param>
    /// <returns>Whether it was paused.</returns>
    /// <exception cref="StorageException">The broker cannot write.</exception>
    public async ValueTask<bool> ResumeAsync(
        PauseTarget target, string? by = null, string? reason = null, CancellationToken cancellationToken = default)
    {
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        bool wasPaused = _pauses.ContainsKey(target);
        if (wasPaused)
        {
            await WriteAsync(Ended, new PauseEntry(target.ToString()) { By = by, Reason = reason }, cancellationToken).ConfigureAwait(false);
        }

        return wasPaused;
    }

    /// <summary>What is paused now, the oldest pause first.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<IReadOnlyList<Pause>> ListAsync(CancellationToken cancellationToken = default)
    {
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return [.. _pauses.Values.OrderBy(pause => pause.Since).ThenBy(pause => pause.Target.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>Who has paused what and ended which pauses, when and why: the oldest first, from the very first.</summary>
    /// <param name="target">Of what; <see langword="null"/>: of all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<IReadOnlyList<PauseChange>> ListChangesAsync(PauseTarget? target = null, CancellationToken cancellationToken = default)
    {
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        lock (_changes)
        {
            return [.. _changes.Where(change => target is null || change.Target == target)];
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _topic.DisposeAsync();

    /// <summary>Completes when every pause is known that began before.</summary>
    internal ValueTask CatchUpAsync(CancellationToken cancellationToken) => _topic.CatchUpAsync(cancellationToken);

    /// <summary>Whether an event is not to be handled now.</summary>
    /// <param name="agent">Whose it is.</param>
    /// <param name="channel">The channel that it came by; <see langword="null"/> if it was sent to the agent alone.</param>
    /// <param name="tier">The lane that it came by; <see langword="null"/>: none.</param>
    /// <param name="cancelling">Asks for pauses alone that cancel what is in hand.</param>
    internal bool Holds(string agent, string? channel, string? tier = null, bool cancelling = false)
    {
        FrozenDictionary<PauseTarget, Pause> pauses = _pauses;
        return pauses.Count > 0
            && ((Counts(PauseTarget.Everything) && !IsOversight(agent))
                || Counts(PauseTarget.OfAgent(agent))
                || (channel is not null && Counts(PauseTarget.OfChannel(channel)))
                || (tier is not null && Counts(PauseTarget.OfTier(tier))));

        bool Counts(PauseTarget target) => pauses.TryGetValue(target, out Pause? pause) && (pause.CancelsWork || !cancelling);
    }

    // Whoever stops everything goes on deciding about what waits for him.
    private static bool IsOversight(string agent) => agent.StartsWith("ganglion.", StringComparison.Ordinal);

    // Under a key of its own each, so that compaction leaves all of them.
    private ValueTask WriteAsync(string type, PauseEntry entry, CancellationToken cancellationToken)
    {
        var written = new CloudEvent(type, _source, _time)
        {
            DataContentType = MediaType.Json,
            Data = JsonSerializer.SerializeToUtf8Bytes(entry, PauseJson.Default.PauseEntry),
        };
        return _topic.WriteAsync(written.Id, written, cancellationToken);
    }

    private void Apply(string key, CloudEvent? @event)
    {
        // Anybody can write to the topic: what names nothing pauses nothing.
        if (@event is not { Type: Begun or Ended, Data: { } data }
            || JsonSerializer.Deserialize(data.Span, PauseJson.Default.PauseEntry) is not { } entry
            || !PauseTarget.TryParse(entry.Target, out PauseTarget target))
        {
            return;
        }

        Pause? before = _pauses.GetValueOrDefault(target);
        var change = new PauseChange(target, @event.Type == Begun, @event.Time ?? _time.GetUtcNow())
        {
            By = entry.By,
            Reason = entry.Reason,
            CancelsWork = entry.CancelsWork,
        };

        // Of two who do the same at once, the first has done it.
        if (change.IsPaused ? before is null || (change.CancelsWork && !before.CancelsWork) : before is not null)
        {
            Apply(change, before);
        }
    }

    private void Apply(PauseChange change, Pause? before)
    {
        lock (_changes)
        {
            _changes.Add(change);
        }

        var pauses = _pauses.ToDictionary();
        if (change.IsPaused)
        {
            before ??= new Pause(change.Target, change.At) { By = change.By, Reason = change.Reason };
            pauses[change.Target] = before with { CancelsWork = change.CancelsWork };
            LogPaused(change.Target, change.By ?? "somebody", change.Reason ?? "no reason given");
        }
        else
        {
            pauses.Remove(change.Target);
            LogResumed(change.Target, change.By ?? "somebody", change.Reason ?? "no reason given");
        }

        _pauses = pauses.ToFrozenDictionary();
        Changed?.Invoke();
    }

    [LoggerMessage(190, LogLevel.Warning, "Paused: {Target}, by {By}: {Reason}. Its events wait until somebody ends the pause.")]
    private partial void LogPaused(PauseTarget target, string by, string reason);

    [LoggerMessage(191, LogLevel.Warning, "No longer paused: {Target}, by {By}: {Reason}.")]
    private partial void LogResumed(PauseTarget target, string by, string reason);
}
