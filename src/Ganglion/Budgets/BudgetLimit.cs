using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Ganglion.Budgets;

/// <summary>A limit of a budget: so many requests, tokens or so much money in a period.</summary>
public sealed record BudgetLimit
{
    private static readonly (string Name, TimeSpan Length)[] Windows =
    [
        ("second", TimeSpan.FromSeconds(1)), ("minute", TimeSpan.FromMinutes(1)), ("hour", TimeSpan.FromHours(1)),
    ];

    /// <summary>A limit in a time that slides: in no such time is more spent, whenever it begins.</summary>
    /// <param name="measure">What is limited.</param>
    /// <param name="amount">How much may be spent; above zero.</param>
    /// <param name="window">The time; from 1 s to 1 day.</param>
    /// <exception cref="ArgumentOutOfRangeException">The amount or the time is out of its range.</exception>
    public BudgetLimit(BudgetMeasure measure, decimal amount, TimeSpan window)
        : this(measure, amount, BudgetPeriod.Window, window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window, TimeSpan.FromDays(1));
    }

    /// <summary>A limit in a day or a month of the calendar (UTC), or for ever.</summary>
    /// <param name="measure">What is limited.</param>
    /// <param name="amount">How much may be spent; above zero.</param>
    /// <param name="period">The period: any but <see cref="BudgetPeriod.Window"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The amount or the period is out of its range.</exception>
    public BudgetLimit(BudgetMeasure measure, decimal amount, BudgetPeriod period)
        : this(measure, amount, period, default)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(period, BudgetPeriod.Window);
    }

    private BudgetLimit(BudgetMeasure measure, decimal amount, BudgetPeriod period, TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, 1_000_000_000_000_000m);
        (Measure, Amount, Period, Window) = (measure, amount, period, window);
    }

    /// <summary>What is limited.</summary>
    public BudgetMeasure Measure { get; }

    /// <summary>How much may be spent.</summary>
    public decimal Amount { get; }

    /// <summary>In which period.</summary>
    public BudgetPeriod Period { get; }

    /// <summary>How long the time is that slides; zero for the other periods.</summary>
    public TimeSpan Window { get; }

    /// <summary>What is counted, and in which period: <c>requests/minute</c>. A budget has one limit of each kind.</summary>
    public string Kind => $"{Lower(Measure)}/{(Period == BudgetPeriod.Window ? NameOf(Window) : Lower(Period))}";

    /// <summary>
    /// Reads what <see cref="ToString"/> writes: an amount, <c>requests</c>, <c>tokens</c> or <c>money</c>, and behind a slash <c>second</c>,
    /// <c>minute</c>, <c>hour</c>, <c>day</c>, <c>month</c>, <c>total</c>, or a time that slides, such as <c>00:05:00</c>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is no limit; the message says what is one.</exception>
    public static BudgetLimit Parse(string text) => TryParse(text, out BudgetLimit? limit)
        ? limit
        : throw new FormatException(
            $"'{text}' is no limit: write an amount above zero, requests, tokens or money, and second, minute, hour, day, month, total or a time "
            + "from 00:00:01 to 1.00:00:00 that slides, as in '600 requests/minute'.");

    /// <inheritdoc cref="Parse"/>
    /// <param name="text">The text.</param>
    /// <param name="limit">The limit.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out BudgetLimit? limit)
    {
        limit = null;
        if (text?.Split((char[])[' ', '/'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is not [var number, var measured, var per]
            || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal amount)
            || !Enum.TryParse(measured, ignoreCase: true, out BudgetMeasure measure) || !Enum.IsDefined(measure) || char.IsAsciiDigit(measured[0]))
        {
            return false;
        }

        try
        {
            TimeSpan window = Windows.FirstOrDefault(one => one.Name.Equals(per, StringComparison.OrdinalIgnoreCase)).Length;
            limit = window > TimeSpan.Zero || (per.Contains(':') && TimeSpan.TryParse(per, CultureInfo.InvariantCulture, out window))
                ? new BudgetLimit(measure, amount, window)
                : Enum.TryParse(per, ignoreCase: true, out BudgetPeriod period) && Enum.IsDefined(period) && !char.IsAsciiDigit(per[0])
                    ? new BudgetLimit(measure, amount, period)
                    : null;
        }
        catch (ArgumentOutOfRangeException)
        {
        }

        return limit is not null;
    }

    /// <summary>As in <c>600 requests/minute</c>.</summary>
    public override string ToString() => $"{Amount.ToString("0.############", CultureInfo.InvariantCulture)} {Kind}";

    private static string NameOf(TimeSpan window) =>
        Windows.FirstOrDefault(one => one.Length == window).Name ?? window.ToString("c", CultureInfo.InvariantCulture);

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
