using Ganglion.Events;

namespace Ganglion.Guards;

/// <summary>What a guard says of an event: one of the four of <see cref="VerdictKind"/>, made by the method of its name.</summary>
public sealed record Verdict
{
    private static readonly Verdict Passed = new(VerdictKind.Pass);

    private Verdict(VerdictKind kind) => Kind = kind;

    /// <summary>What was decided.</summary>
    public VerdictKind Kind { get; }

    /// <summary>
    /// The event that goes on instead of the one that was judged. Of a change always; of an escalation, where the person is to see a changed event;
    /// else <see langword="null"/>.
    /// </summary>
    public CloudEvent? Event { get; private init; }

    /// <summary>Why: of a change what was changed, such as <c>2 e-mail addresses</c>. <see langword="null"/> if the event passes.</summary>
    public string? Reason { get; private init; }

    /// <summary>What to say in the event's place, if it was blocked and there is anything to say.</summary>
    public string? Fallback { get; private init; }

    /// <summary>Who is to decide, if it was escalated; <see langword="null"/> leaves it to the route.</summary>
    public string? Queue { get; private init; }

    /// <summary>How grave it is, from 0 to 1, if there is a measure for it.</summary>
    public double? Score { get; private init; }

    /// <summary>What was noticed. May be something even if the event passes.</summary>
    public IReadOnlyList<Finding> Findings { get; private init; } = [];

    /// <summary>The event goes on as it is.</summary>
    /// <param name="findings">What was noticed nevertheless.</param>
    public static Verdict Pass(IReadOnlyList<Finding>? findings = null) =>
        findings is null or { Count: 0 } ? Passed : new Verdict(VerdictKind.Pass) { Findings = findings };

    /// <summary>A changed event goes on.</summary>
    /// <param name="changed">The event: <see cref="GuardedText.Rewrite(Func{TextPart, string?})"/> makes it. Its id, source and type are those of the one that was judged.</param>
    /// <param name="what">What was changed, such as <c>2 e-mail addresses</c>; never the text itself.</param>
    /// <param name="findings">What was noticed.</param>
    public static Verdict Change(CloudEvent changed, string what, IReadOnlyList<Finding>? findings = null)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentException.ThrowIfNullOrEmpty(what);
        return new Verdict(VerdictKind.Change) { Event = changed, Reason = what, Findings = findings ?? [] };
    }

    /// <summary>The event goes no further.</summary>
    /// <param name="reason">Why; never the text itself.</param>
    /// <param name="fallback">What to say in its place. Default: nothing.</param>
    /// <param name="score">How grave it is, from 0 to 1. Default: there is no measure.</param>
    /// <param name="findings">What was noticed.</param>
    public static Verdict Block(string reason, string? fallback = null, double? score = null, IReadOnlyList<Finding>? findings = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        return new Verdict(VerdictKind.Block) { Reason = reason, Fallback = fallback, Score = Checked(score), Findings = findings ?? [] };
    }

    /// <summary>A person is to decide.</summary>
    /// <param name="reason">Why; never the text itself.</param>
    /// <param name="queue">Who, such as <c>legal.queries</c>. Default: as the route says.</param>
    /// <param name="score">How grave it is, from 0 to 1. Default: there is no measure.</param>
    /// <param name="changed">The event that the person is to decide on. Default: the one that was judged.</param>
    /// <param name="findings">What was noticed.</param>
    public static Verdict Escalate(
        string reason, string? queue = null, double? score = null, CloudEvent? changed = null, IReadOnlyList<Finding>? findings = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        return new Verdict(VerdictKind.Escalate)
        {
            Reason = reason,
            Queue = queue,
            Score = Checked(score),
            Event = changed,
            Findings = findings ?? [],
        };
    }

    /// <summary>The same verdict, on other findings and another event to go on with.</summary>
    internal Verdict With(IReadOnlyList<Finding> findings, CloudEvent? changed) => this with { Findings = findings, Event = changed };

    private static double? Checked(double? score) =>
        score is null or (>= 0 and <= 1) ? score : throw new ArgumentOutOfRangeException(nameof(score), score, "A score is from 0 to 1.");
}
