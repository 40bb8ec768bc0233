using System.Globalization;

namespace Ganglion.Oversight;

/// <summary>Counts for one rule. Topics tell by their ends how many events have come, so nothing is read.</summary>
/// <param name="rule">The rule.</param>
internal sealed class StopRuleCount(StopRule rule)
{
    private readonly Queue<(long At, long Counted, long Beside)> _looks = new();

    /// <summary>Takes what the topics count by now.</summary>
    /// <param name="at">When, in ticks of a steady clock.</param>
    /// <param name="counted">How many events have ever come to the rule's topic.</param>
    /// <param name="beside">How many have come to the one beside it.</param>
    /// <returns>Why to stop; <see langword="null"/>: there is no reason.</returns>
    public string? Look(TimeSpan at, long counted, long beside)
    {
        // The look that is oldest shows how it was at the beginning of the window, or when the rule was first looked at.
        while (_looks.Count > 1 && TimeSpan.FromTicks(_looks.ElementAt(1).At) <= at - rule.Window)
        {
            _looks.Dequeue();
        }

        if (_looks.TryPeek(out (long At, long Counted, long Beside) first) && (counted < first.Counted || beside < first.Beside))
        {
            // A topic was deleted and has begun anew.
            _looks.Clear();
        }

        _looks.Enqueue((at.Ticks, counted, beside));
        (_, long countedBefore, long besideBefore) = _looks.Peek();
        long events = counted - countedBefore;
        long others = beside - besideBefore;
        return events < rule.AtLeast || events < (rule.Share ?? 0) * others ? null : Describe(events, others);
    }

    /// <summary>What has come so far counts no longer.</summary>
    public void Forget() => _looks.Clear();

    private string Describe(long events, long others)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{events} events in '{rule.Topic}' within {rule.Window}");
        return rule.Of is null ? text : string.Create(CultureInfo.InvariantCulture, $"{text}, beside {others} in '{rule.Of}'");
    }
}
