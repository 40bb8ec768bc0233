using System.Collections.Concurrent;
using Ganglion.Budgets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Budgets;

/// <summary>Budgets without a log: the ledgers are in memory, and what a process asks them comes at once, or when a test lets it.</summary>
internal sealed class LocalBudgets : IBudgets, IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, BudgetDefinition> _definitions = new();
    private readonly ConcurrentDictionary<string, LedgerState> _states = new();
    private readonly List<Lessee> _lessees = [];
    private readonly Lock _lock = new();

    public LocalBudgets(TimeProvider time, params BudgetDefinition[] definitions)
    {
        _time = time;
        foreach (BudgetDefinition definition in definitions)
        {
            _definitions[definition.Name] = definition;
        }

        Lessee = Join();
    }

    /// <summary>The one process, unless others join.</summary>
    public Lessee Lessee { get; }

    /// <summary>All that was asked, in its order.</summary>
    public ConcurrentQueue<LeaseRequest> Asked { get; } = new();

    /// <summary>Comes before each answer: it may wait, or throw as if the answer were lost on the way.</summary>
    public Func<LeaseRequest, Task> OnAsked { get; set; } = _ => Task.CompletedTask;

    public static LocalBudgets Of(TimeProvider time, string name, params string[] limits) => new(time, new BudgetDefinition(name, [.. limits.Select(BudgetLimit.Parse)]));

    /// <summary>Another process that spends of them.</summary>
    public Lessee Join()
    {
        var lessee = new Lessee(_definitions.GetValueOrDefault, AskAsync, new BudgetMetrics(null), _time, NullLogger.Instance);
        _lessees.Add(lessee);
        return lessee;
    }

    /// <summary>Completes when no message is under way.</summary>
    public Task WhenAnsweredAsync() => Task.WhenAll(_lessees.Select(lessee => lessee.WhenAnsweredAsync()));

    /// <summary>What is spent or leased out of each limit.</summary>
    public decimal[] Used(string name)
    {
        lock (_lock)
        {
            return [.. LedgerOf(name).Look(Now).Select(use => use.Used)];
        }
    }

    public ValueTask<Reservation> AcquireAsync(Spending spending, CancellationToken cancellationToken = default) => Lessee.AcquireAsync(spending, cancellationToken);

    /// <summary>Defines a budget otherwise.</summary>
    public void Set(BudgetDefinition budget)
    {
        _definitions[budget.Name] = budget;
        Lessee.Redefine(budget.Name);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Lessee lessee in _lessees)
        {
            await lessee.DisposeAsync();
        }
    }

    private LedgerMoment Now => new("keeper", _time.GetUtcNow().ToUnixTimeMilliseconds(), _time.GetUtcNow());

    private async ValueTask<LeaseAnswer> AskAsync(string name, LeaseRequest request, CancellationToken cancellationToken)
    {
        LeaseAnswer answer;
        lock (_lock)
        {
            Asked.Enqueue(request);
            answer = LedgerOf(name).Handle(request, Now);
        }

        await OnAsked(request);
        return answer;
    }

    private BudgetLedger LedgerOf(string name) =>
        new(_definitions.GetValueOrDefault(name) ?? new BudgetDefinition(name, []), _states.GetOrAdd(name, _ => new LedgerState()));
}
