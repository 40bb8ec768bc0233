namespace Ganglion.Journal;

/// <summary>What an operation waits for.</summary>
internal enum OperationKind
{
    /// <summary>Work done here and now, that is not to be done again.</summary>
    Effect,

    /// <summary>A moment.</summary>
    Timer,

    /// <summary>An answer of a person or of another system.</summary>
    Question,

    /// <summary>A reply of another agent.</summary>
    Call,
}
