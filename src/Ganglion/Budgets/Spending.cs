namespace Ganglion.Budgets;

/// <summary>What somebody is about to spend, and for what. There must be room in all budgets that it concerns.</summary>
/// <param name="Usage">How much at most, as far as it can be told before.</param>
public sealed record Spending(Usage Usage)
{
    /// <summary>The model that is called: the budget <c>model:NAME</c>, or else <c>model:*</c>.</summary>
    public string? Model { get; init; }

    /// <summary>Who serves it: the budget <c>provider:NAME</c>, or else <c>provider:*</c>.</summary>
    public string? Provider { get; init; }

    /// <summary>For whom: the budget <c>tenant:NAME</c>, or else <c>tenant:*</c>.</summary>
    public string? Tenant { get; init; }

    /// <summary>In which tier: the budget <c>tier:NAME</c>, or else <c>tier:*</c>.</summary>
    public string? Tier { get; init; }

    /// <summary>How long it can wait for room. Default: <see cref="Urgency.Normal"/>.</summary>
    public Urgency Urgency { get; init; } = Urgency.Normal;

    /// <summary>
    /// Whether there is something cheaper to do instead: then it is refused where a budget has only so much money left as it keeps for that
    /// (<see cref="BudgetDefinition.DowngradeAt"/>). Default: <see langword="false"/>.
    /// </summary>
    public bool CanDowngrade { get; init; }

    /// <summary>What its budgets are called, whether or not there are any.</summary>
    internal IEnumerable<string> Budgets
    {
        get
        {
            yield return BudgetDefinition.All;
            foreach ((string dimension, string? name) in ((string, string?)[])[("model", Model), ("provider", Provider), ("tenant", Tenant), ("tier", Tier)])
            {
                if (name is not null)
                {
                    yield return $"{dimension}:{name}";
                }
            }
        }
    }
}
