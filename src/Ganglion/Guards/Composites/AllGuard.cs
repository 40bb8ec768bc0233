namespace Ganglion.Guards.Composites;

/// <summary>
/// Asks guards one after the other: each judges what the one before it has changed, and the first that blocks ends it. The gravest verdict counts.
/// </summary>
internal sealed class AllGuard(GuardRunner[] guards) : ICompositeGuard
{
    public TimeSpan Timeout { get; } = TimeSpan.FromTicks(guards.Sum(guard => guard.Description.Timeout.Ticks));

    public static IGuard? Create(GuardSite site)
    {
        GuardRunner[] guards = site.Factory.MakeWithin(site, "guards");
        site.Settings.End();
        return new AllGuard(guards);
    }

    public async ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken)
    {
        List<Finding>? findings = null;
        List<string>? changes = null;
        Verdict? escalated = null;
        foreach (GuardRunner guard in guards)
        {
            Verdict verdict = await guard.JudgeAsync(guarded, cancellationToken).ConfigureAwait(false);
            Findings.Add(ref findings, guard, verdict);
            if (verdict.Kind == VerdictKind.Block)
            {
                return verdict.With(findings ?? [], changed: null);
            }

            if (verdict.Kind == VerdictKind.Escalate)
            {
                escalated ??= verdict;
            }
            else if (verdict.Kind == VerdictKind.Change)
            {
                (changes ??= []).Add(verdict.Reason!);
            }

            if (verdict.Event is { } changed)
            {
                guarded = guarded.With(changed);
                changes ??= [];
            }
        }

        return escalated is not null ? escalated.With(findings ?? [], changes is null ? null : guarded.Event)
            : changes is not null ? Verdict.Change(guarded.Event, string.Join(", ", changes), findings)
            : Verdict.Pass(findings);
    }
}
