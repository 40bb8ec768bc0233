using Ganglion.Agents;
using Microsoft.Extensions.Logging;

namespace Ganglion.Budgets;

/// <summary>The budgets: each is an instance of this agent, so that one process at a time leases of it, and all of it lies on the log.</summary>
[Agent("budgets", Description = "Leases requests, tokens and money to the processes that spend them.")]
internal sealed partial class BudgetAgent(BudgetCatalog catalog, LedgerClock clock) : Agent
{
    /// <summary>What it is called.</summary>
    public const string Name = "budgets";

    /// <summary>What its request is called.</summary>
    public const string Request = "budget_lease";

    [OnRequest(Request)]
    public LeaseAnswer Lease(LeaseRequest request, AgentContext context)
    {
        string name = context.Self.Key;
        LedgerState state = context.GetState<LedgerState>() ?? new LedgerState();
        var ledger = new BudgetLedger(catalog.Find(name) ?? new BudgetDefinition(name, []), state);
        LeaseAnswer answer = ledger.Handle(request, clock.Now);
        foreach ((BudgetLimit limit, decimal used, decimal share) in ledger.TakeAlerts())
        {
            LogSpent(context.Logger, name, share, limit);
            context.Publish(BudgetAlert.Channel, new BudgetAlert(name, limit.ToString(), used, share));
        }

        context.SetState(state);
        return answer;
    }

    [LoggerMessage(230, LogLevel.Warning, "Of the budget {Budget}, {Share:P0} of {Limit} is spent.")]
    private static partial void LogSpent(ILogger logger, string budget, decimal share, BudgetLimit limit);
}
