using System.Diagnostics.CodeAnalysis;

namespace Ganglion.Budgets;

/// <summary>What is, or was, spent.</summary>
/// <param name="Requests">Calls.</param>
/// <param name="Tokens">Tokens, of prompt and answer together.</param>
/// <param name="Money">Money, in the currency of the prices.</param>
[SuppressMessage("Usage", "CA2225", Justification = "Sums and differences are what one expects of them.")]
public readonly record struct Usage(long Requests, long Tokens = 0, decimal Money = 0)
{
    /// <summary>The three measures, in their order.</summary>
    internal static BudgetMeasure[] Measures { get; } = Enum.GetValues<BudgetMeasure>();

    /// <summary>How much of a measure.</summary>
    /// <param name="measure">The measure.</param>
    public decimal this[BudgetMeasure measure] => measure switch
    {
        BudgetMeasure.Requests => Requests,
        BudgetMeasure.Tokens => Tokens,
        _ => Money,
    };

    /// <summary>Both together.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    public static Usage operator +(Usage left, Usage right) =>
        new(left.Requests + right.Requests, left.Tokens + right.Tokens, left.Money + right.Money);

    /// <summary>What the first is more than the second; negative where it is less.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    public static Usage operator -(Usage left, Usage right) =>
        new(left.Requests - right.Requests, left.Tokens - right.Tokens, left.Money - right.Money);

    /// <summary>The smaller of both, measure by measure.</summary>
    internal static Usage Min(Usage left, Usage right) => new(
        Math.Min(left.Requests, right.Requests), Math.Min(left.Tokens, right.Tokens), Math.Min(left.Money, right.Money));

    /// <summary>The larger of both, measure by measure.</summary>
    internal static Usage Max(Usage left, Usage right) => new(
        Math.Max(left.Requests, right.Requests), Math.Max(left.Tokens, right.Tokens), Math.Max(left.Money, right.Money));

    /// <exception cref="ArgumentOutOfRangeException">Any of it is below zero.</exception>
    internal void ThrowIfNegative(string argument)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Requests, argument);
        ArgumentOutOfRangeException.ThrowIfNegative(Tokens, argument);
        ArgumentOutOfRangeException.ThrowIfNegative(Money, argument);
    }

    /// <summary>The same, but for one measure, of which it is an amount rounded down to what can be counted.</summary>
    internal Usage With(BudgetMeasure measure, decimal amount) => measure switch
    {
        BudgetMeasure.Requests => this with { Requests = ToCount(amount) },
        BudgetMeasure.Tokens => this with { Tokens = ToCount(amount) },
        _ => this with { Money = amount },
    };

    /// <summary>Whether none of it is more than there is of another.</summary>
    internal bool FitsInto(Usage room) => Requests <= room.Requests && Tokens <= room.Tokens && Money <= room.Money;

    private static long ToCount(decimal amount) => amount >= long.MaxValue ? long.MaxValue : (long)Math.Floor(amount);
}
