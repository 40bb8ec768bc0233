namespace Ganglion.Budgets;

/// <summary>What may be spent of a budget.</summary>
/// <param name="Name">
/// Whose it is: <c>model:NAME</c>, <c>provider:NAME</c>, <c>tenant:NAME</c> or <c>tier:NAME</c>, or <c>all</c>. With <c>*</c> for the name it is
/// that of each which has none of its own: by <c>tenant:*</c> each tenant has a budget by itself.
/// </param>
/// <param name="Limits">The limits. All of them hold; one of each <see cref="BudgetLimit.Kind"/>.</param>
public sealed record BudgetDefinition(string Name, IReadOnlyList<BudgetLimit> Limits)
{
    /// <summary>The budget of everything.</summary>
    internal const string All = "all";

    private const int LongestName = 200;

    private static readonly string[] Dimensions = ["model", "provider", "tenant", "tier"];

    /// <summary>
    /// How many may wait for room in it, in a process; further ones are refused (<c>budget-queue-full</c>), or, if they are more urgent, who has
    /// least hope. Default 1,000; 0 to 100,000.
    /// </summary>
    public int MaxWaiting { get; init; } = 1_000;

    /// <summary>
    /// From which share of a limit on money, in a day, a month or for ever, it is kept for who has nothing cheaper to do: others
    /// (<see cref="Spending.CanDowngrade"/>) are refused. Above 0, at most 1. Default: 1, everybody may spend all of it.
    /// </summary>
    public decimal DowngradeAt { get; init; } = 1;

    /// <summary>Whether it is a budget's name.</summary>
    internal static bool IsName(string name) => name == All
        || (name.Length <= LongestName && name.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && colon < name.Length - 1
            && Dimensions.Contains(name[..colon]) && !name.Any(char.IsControl));

    /// <summary>What the one of each is called that has no budget of its own; null if there can be none.</summary>
    internal static string? TemplateOf(string name) =>
        name.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? $"{name[..colon]}:*" : null;

    /// <summary>Adds to a list what is wrong.</summary>
    internal void Validate(string place, List<string> faults)
    {
        if (!IsName(Name))
        {
            faults.Add($"{place} has the name '{Name}': set all, or {string.Join(", ", Dimensions)} with a colon and a name of at most {LongestName} characters behind it, or *.");
        }

        if (Limits.Count is 0 or > 16 || Limits.Select(limit => limit.Kind).Distinct().Count() != Limits.Count)
        {
            faults.Add($"{place} has the limits '{string.Join(", ", Limits)}': set 1 to 16, one of each kind.");
        }

        if (MaxWaiting is < 0 or > 100_000)
        {
            faults.Add($"{place}:{nameof(MaxWaiting)} is {MaxWaiting}: set 0 to 100,000.");
        }

        if (DowngradeAt is <= 0 or > 1)
        {
            faults.Add($"{place}:{nameof(DowngradeAt)} is {DowngradeAt}: set a share above 0, and at most 1.");
        }
    }
}
