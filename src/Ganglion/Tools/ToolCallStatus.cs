namespace Ganglion.Tools;

/// <summary>What a call of a tool has come to.</summary>
public enum ToolCallStatus
{
    /// <summary>The tool has returned a result.</summary>
    Done,

    /// <summary>The tool has thrown, as often as its options let it be tried, or has returned what cannot be written.</summary>
    Failed,

    /// <summary>The tool has taken too long, and was given up. Whether it did what it was to do is not known.</summary>
    TimedOut,

    /// <summary>Nothing was called: a person was asked, or his time was over, and it was rejected.</summary>
    Rejected,

    /// <summary>Nothing was called: there is no such tool, or the arguments do not fit it.</summary>
    Refused,
}
