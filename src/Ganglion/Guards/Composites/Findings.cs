namespace Ganglion.Guards.Composites;

/// <summary>The findings of several guards in one list.</summary>
internal static class Findings
{
    public static void Add(ref List<Finding>? all, GuardRunner guard, Verdict verdict)
    {
        foreach (Finding finding in verdict.Findings)
        {
            // Within a composite a guard is called composite/guard.
            string name = guard.Description.Name[(guard.Description.Name.LastIndexOf('/') + 1)..];
            (all ??= []).Add(finding with { Rule = $"{name}/{finding.Rule}" });
        }
    }
}
