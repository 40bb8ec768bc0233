namespace Ganglion.Guards;

/// <summary>Verdicts in a word each, as metrics, headers and events write them.</summary>
internal static class VerdictNames
{
    /// <summary>The word.</summary>
    public static string NameOf(VerdictKind kind) => kind switch
    {
        VerdictKind.Pass => "pass",
        VerdictKind.Change => "change",
        VerdictKind.Escalate => "escalate",
        _ => "block",
    };

    /// <summary>Whose word it is; <see langword="null"/>: nobody's.</summary>
    public static VerdictKind? KindOf(string name) => name switch
    {
        "pass" => VerdictKind.Pass,
        "change" => VerdictKind.Change,
        "escalate" => VerdictKind.Escalate,
        "block" => VerdictKind.Block,
        _ => null,
    };
}
