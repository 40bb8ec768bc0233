namespace Ganglion.Benchmarks.Subjects;

/// <summary>When the embedded broker acknowledges.</summary>
internal enum Durability
{
    /// <summary>At once: nothing is stored.</summary>
    Volatile,

    /// <summary>When the operating system has it; flushed each second.</summary>
    Interval,

    /// <summary>When it is on disk.</summary>
    GroupCommit,
}
