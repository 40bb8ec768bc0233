namespace Ganglion.Tools.BuiltIn;

/// <summary>How much of a folder of documents is read, and how often.</summary>
public sealed record DocumentSearchOptions
{
    /// <summary>The ends of the names of documents. Default <c>.md</c> and <c>.txt</c>.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [".md", ".txt"];

    /// <summary>How many documents are read at most, in the order of their paths. Default 10,000.</summary>
    public int MaxFiles { get; init; } = 10_000;

    /// <summary>How large a document may be; larger ones are left out. Default 1 MiB.</summary>
    public long MaxFileBytes { get; init; } = 1024 * 1024;

    /// <summary>How many bytes are read at most, all documents together; it takes about five times as much memory. Default 32 MiB.</summary>
    public long MaxBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>After what time the folder is read again at the next search. Default 5 min.</summary>
    public TimeSpan RefreshAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Tells the time. Default: the system's clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
