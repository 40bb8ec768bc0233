using System.Globalization;

namespace Ganglion.Testing;

/// <summary>
/// Faults as they are written: <c>action:point</c>, for a delay <c>=time</c>, then <c>@</c> and when; several separated by <c>;</c>.
/// </summary>
internal static class FaultText
{
    private const StringSplitOptions Trim = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <exception cref="FaultInjectionException">Something of it cannot be understood; the message has all of that.</exception>
    public static IReadOnlyList<FaultRule> Parse(string text)
    {
        var rules = new List<FaultRule>();
        var faults = new List<string>();
        foreach (string part in text.Split(';', Trim))
        {
            if (ParseRule(part, faults) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return faults.Count == 0 ? rules : throw new FaultInjectionException(faults);
    }

    private static FaultRule? ParseRule(string text, List<string> faults)
    {
        (string what, string? when) = Cut(text, '@');
        (string action, string? where) = Cut(what, ':');
        (string point, string? time) = Cut(where ?? "", '=');
        TimeSpan? delay = time is null ? null : ParseDelay(time);
        string? fault = (action, time) switch
        {
            ("kill", null) or ("delay", not null) when where is not null => null,
            _ => "begin with kill:point, or with delay:point=200ms.",
        };
        fault ??= IsKnown(point) ? null : $"there is no point '{point}'; the points are {string.Join(", ", FaultInjection.Points)}.";
        fault ??= time is null || delay is not null ? null : $"'{time}' is no pause: write 200ms or 2s, up to an hour.";
        if (fault is null && ParseTime(when, isOnce: time is null) is { } occasion)
        {
            return new FaultRule(point, delay, occasion);
        }

        fault ??= $"'{when}' does not say when: write @3 for the third time, or @p=0.001,seed=42 for a probability of up to 1.";
        faults.Add($"In '{text}': {fault}");
        return null;
    }

    // A process dies once; it can be slow all the time.
    private static FaultTime? ParseTime(string? text, bool isOnce)
    {
        if (text is null)
        {
            return isOnce ? new FaultTime(1) : new FaultTime(null);
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return number > 0 ? new FaultTime(number) : null;
        }

        (string chance, string? seed) = Cut(text, ',');
        int start = 0;
        return chance.StartsWith("p=", StringComparison.Ordinal)
            && double.TryParse(chance.AsSpan(2), NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double probability)
            && probability is > 0 and <= 1
            && (seed is null || (seed.StartsWith("seed=", StringComparison.Ordinal)
                && int.TryParse(seed.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out start)))
            ? new FaultTime(null, probability, start)
            : null;
    }

    private static TimeSpan? ParseDelay(string text)
    {
        (string digits, double milliseconds) =
            text.EndsWith("ms", StringComparison.Ordinal) ? (text[..^2], 1)
            : text.EndsWith('s') ? (text[..^1], 1000)
            : ("", 0);
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
            && count * milliseconds <= Longest.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(count * milliseconds)
            : null;
    }

    private static bool IsKnown(string point)
    {
        var rule = new FaultRule(point, null, default);
        return FaultInjection.Points.Any(rule.Matches);
    }

    private static (string Before, string? Behind) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is >= 0 and int position ? (text[..position].Trim(), text[(position + 1)..].Trim()) : (text, null);
}
