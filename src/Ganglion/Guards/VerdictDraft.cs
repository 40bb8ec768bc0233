using System.Globalization;
using Ganglion.Events;

namespace Ganglion.Guards;

/// <summary>Collects what a guard has found in an event, and makes the verdict of it: the gravest action counts.</summary>
internal sealed class VerdictDraft
{
    private readonly List<Finding> _findings = [];
    private readonly List<string> _replaced = [];
    private string?[]? _changes;
    private GuardAction? _gravest;
    private string? _gravestRule;
    private double _score;

    /// <summary>Keeps a finding.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="action">What is done about it.</param>
    /// <param name="score">How sure or how grave it is.</param>
    /// <param name="what">What was replaced, if it was, without a number: <c>e-mail address</c>.</param>
    public void Add(string rule, GuardAction action, double score = 1, string? what = null)
    {
        int known = _findings.FindIndex(finding => finding.Rule == rule);
        if (known < 0)
        {
            _findings.Add(new Finding(rule) { Score = score });
        }
        else
        {
            _findings[known] = _findings[known] with { Count = _findings[known].Count + 1, Score = Math.Max(_findings[known].Score, score) };
        }

        if (action.Kind == GuardActionKind.Replace)
        {
            _replaced.Add(what ?? rule);
        }

        if (_gravest is null || action.Kind > _gravest.Kind)
        {
            (_gravest, _gravestRule, _score) = (action, rule, score);
        }
        else if (action.Kind == _gravest.Kind)
        {
            _score = Math.Max(_score, score);
        }
    }

    /// <summary>Sets the new text of a part.</summary>
    public void Change(GuardedText text, int part, string changed) => (_changes ??= new string?[text.Span.Length])[part] = changed;

    /// <summary>The text of a part as it is by now.</summary>
    public ReadOnlySpan<char> TextOf(GuardedText text, int part) => _changes?[part] is { } changed ? changed : text.Span[part].Text.Span;

    /// <summary>The verdict.</summary>
    public Verdict ToVerdict(GuardedText text)
    {
        if (_gravest is null)
        {
            return Verdict.Pass();
        }

        string reason = _gravest.Reason ?? _gravestRule!;
        CloudEvent? changed = _changes is null ? null : text.Rewrite(_changes);
        return _gravest.Kind switch
        {
            GuardActionKind.Block => Verdict.Block(reason, _gravest.Fallback, _score, _findings),
            GuardActionKind.Escalate => Verdict.Escalate(reason, _gravest.Queue, _score, changed, _findings),
            GuardActionKind.Replace when changed is not null => Verdict.Change(changed, Replaced(), _findings),
            _ => Verdict.Pass(_findings),
        };
    }

    private string Replaced() => string.Join(
        ", ", _replaced.CountBy(what => what).Select(what => string.Create(CultureInfo.InvariantCulture, $"{what.Value} × {what.Key}")));
}
