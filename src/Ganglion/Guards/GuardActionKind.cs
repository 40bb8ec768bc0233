namespace Ganglion.Guards;

/// <summary>What becomes of an event in which something was found. The higher, the graver.</summary>
internal enum GuardActionKind
{
    /// <summary>It passes, and the finding is kept.</summary>
    Report,

    /// <summary>What was found is replaced.</summary>
    Replace,

    /// <summary>A person decides.</summary>
    Escalate,

    /// <summary>It goes no further.</summary>
    Block,
}
