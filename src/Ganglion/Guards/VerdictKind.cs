namespace Ganglion.Guards;

/// <summary>What a guard has decided. The higher, the graver.</summary>
public enum VerdictKind
{
    /// <summary>The event goes on as it is.</summary>
    Pass,

    /// <summary>A changed event goes on in its place.</summary>
    Change,

    /// <summary>A person is to decide.</summary>
    Escalate,

    /// <summary>The event goes no further.</summary>
    Block,
}
