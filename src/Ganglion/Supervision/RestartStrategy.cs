namespace Ganglion.Supervision;

/// <summary>Whom a supervisor starts again when one of its children breaks.</summary>
public enum RestartStrategy
{
    /// <summary>The one that broke. The others work on: they do not depend on each other.</summary>
    OneForOne,

    /// <summary>All of them: each depends on each.</summary>
    OneForAll,

    /// <summary>The one that broke, and those that were added after it: each depends on those before it.</summary>
    RestForOne,
}
