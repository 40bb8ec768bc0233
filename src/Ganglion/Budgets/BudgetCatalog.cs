using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Control;
using Ganglion.Events;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Budgets;

/// <summary>
/// Which budgets there are, and how much of them is spent: those of code and configuration, and before them those that were defined while the system ran, which the compacted
/// topic <c>ganglion.budgets</c> keeps. In a host it is a service. Thread-safe.
/// </summary>
public sealed partial class BudgetCatalog : IAsyncDisposable
{
    /// <summary>The topic.</summary>
    internal const string Topic = "ganglion.budgets";

    private const string Set = "budget_set";
    private const string Unset = "budget_unset";

    private readonly IReadOnlyDictionary<string, BudgetDefinition> _configured;
    private readonly AgentStates _states;
    private readonly string _source;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ControlTopic _topic;

    // Replaced whole, by one thread.
    private volatile ImmutableDictionary<string, SetBudget> _set = ImmutableDictionary<string, SetBudget>.Empty;

    /// <summary>Opens the budgets of a broker: those alone that were defined while the system ran. Nothing is read or written yet.</summary>
    /// <param name="broker">The broker; it stays the caller's.</param>
    /// <param name="time">The clock.</param>
    public BudgetCatalog(IEventBroker broker, TimeProvider time)
        : this(FrozenDictionary<string, BudgetDefinition>.Empty, broker, new AgentStates(broker), "/ganglion", time, NullLogger.Instance)
    {
    }

    internal BudgetCatalog(
        IReadOnlyDictionary<string, BudgetDefinition> configured, IEventBroker broker, AgentStates states, string source, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(time);
        _states = states;
        _configured = configured;
        _source = source;
        _time = time;
        _logger = logger;
        _topic = new ControlTopic(broker, Topic, Apply, time, logger);
    }

    /// <summary>Raised when a budget is defined otherwise.</summary>
    internal event Action<string>? Changed;

    /// <summary>The names of all.</summary>
    internal IEnumerable<string> Names => _configured.Keys.Union(_set.Keys);

    /// <summary>Completes when everything is known that was defined before.</summary>
    internal ValueTask CatchUpAsync(CancellationToken cancellationToken) => _topic.CatchUpAsync(cancellationToken);

    /// <summary>The budget of a name: its own, or the one of each; null if there is none.</summary>
    internal BudgetDefinition? Find(string name) =>
        Own(name) ?? (BudgetDefinition.TemplateOf(name) is { } template && Own(template) is { } each ? each with { Name = name } : null);

    private ValueTask WriteAsync(BudgetDefinition budget, string? by, string? reason, CancellationToken cancellationToken) => WriteAsync(
        Set,
        budget.Name,
        new BudgetChange([.. budget.Limits.Select(limit => limit.ToString())])
        {
            MaxWaiting = budget.MaxWaiting,
            DowngradeAt = budget.DowngradeAt,
            By = by,
            Reason = reason,
        },
        cancellationToken);

    private ValueTask RemoveAsync(string name, string? by, string? reason, CancellationToken cancellationToken) =>
        WriteAsync(Unset, name, new BudgetChange([]) { By = by, Reason = reason }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _topic.DisposeAsync();

    private BudgetDefinition? Own(string name) => _set.GetValueOrDefault(name)?.Definition ?? _configured.GetValueOrDefault(name);

    private ValueTask WriteAsync(string type, string name, BudgetChange change, CancellationToken cancellationToken) => _topic.WriteAsync(
        name,
        new CloudEvent(type, _source, _time)
        {
            DataContentType = MediaType.Json,
            Data = JsonSerializer.SerializeToUtf8Bytes(change, BudgetJson.Default.BudgetChange),
        },
        cancellationToken);

    // Anybody can write to the topic: what is no budget defines none.
    private void Apply(string name, CloudEvent? @event)
    {
        BudgetChange? change = @event is { Data: { } data } ? JsonSerializer.Deserialize(data.Span, BudgetJson.Default.BudgetChange) : null;
        if (@event is not { Type: Set } || change is null)
        {
            if (_set.ContainsKey(name))
            {
                _set = _set.Remove(name);
                LogUnset(name, change?.By ?? "somebody", change?.Reason ?? "no reason given");
            }
        }
        else
        {
            var definition = new BudgetDefinition(name, [.. change.Limits.Select(BudgetLimit.Parse)]);
            definition = definition with { MaxWaiting = change.MaxWaiting ?? definition.MaxWaiting, DowngradeAt = change.DowngradeAt ?? definition.DowngradeAt };
            var faults = new List<string>();
            definition.Validate(name, faults);
            if (faults.Count > 0)
            {
                throw new FormatException(string.Join(' ', faults));
            }

            _set = _set.SetItem(name, new SetBudget(definition, @event.Time ?? _time.GetUtcNow(), change.By, change.Reason));
            LogSet(name, string.Join(", ", change.Limits), change.By ?? "somebody", change.Reason ?? "no reason given");
        }

        Changed?.Invoke(name);
    }

    [LoggerMessage(231, LogLevel.Information, "The budget {Budget} is {Limits}, set by {By}: {Reason}.")]
    private partial void LogSet(string budget, string limits, string by, string reason);

    [LoggerMessage(232, LogLevel.Information, "The budget {Budget} is as it is configured again, by {By}: {Reason}.")]
    private partial void LogUnset(string budget, string by, string reason);

    /// <summary>A budget that was defined while the system ran.</summary>
    private sealed record SetBudget(BudgetDefinition Definition, DateTimeOffset Since, string? By, string? Reason);
}
