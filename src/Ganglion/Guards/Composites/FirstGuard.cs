namespace Ganglion.Guards.Composites;

/// <summary>Asks guards one after the other until one does not let the event pass; its verdict counts, and the rest are not asked.</summary>
internal sealed class FirstGuard(GuardRunner[] guards) : ICompositeGuard
{
    public TimeSpan Timeout { get; } = TimeSpan.FromTicks(guards.Sum(guard => guard.Description.Timeout.Ticks));

    public static IGuard? Create(GuardSite site)
    {
        GuardRunner[] guards = site.Factory.MakeWithin(site, "guards");
        site.Settings.End();
        return new FirstGuard(guards);
    }

    public async ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken)
    {
        List<Finding>? findings = null;
        foreach (GuardRunner guard in guards)
        {
            Verdict verdict = await guard.JudgeAsync(guarded, cancellationToken).ConfigureAwait(false);
            Findings.Add(ref findings, guard, verdict);
            if (verdict.Kind != VerdictKind.Pass)
            {
                return verdict.With(findings ?? [], verdict.Event);
            }
        }

        return Verdict.Pass(findings);
    }
}
