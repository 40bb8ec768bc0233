namespace Ganglion.DeadLetters;

/// <summary>What has become of a dead letter.</summary>
public enum DeadLetterDecisionKind
{
    /// <summary>Its event was sent again.</summary>
    Redriven,

    /// <summary>Nothing more is to be done about it.</summary>
    Discarded,
}
