namespace Ganglion.Tools.BuiltIn;

/// <summary>How much of a database may be seen, and how it is looked at.</summary>
public sealed record SqlQueryOptions
{
    /// <summary>What the tables and columns are, for the model; it is part of the tool's description. Default: nothing.</summary>
    public string? Schema { get; init; }

    /// <summary>How many rows are returned at most. Default 100.</summary>
    public int MaxRows { get; init; } = 100;

    /// <summary>How many letters of a value are returned at most. Default 1,000.</summary>
    public int MaxValueLength { get; init; } = 1_000;

    /// <summary>How long the database may take. Default 15 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// What is said to the database at the beginning of each transaction, so that it writes nothing. Default: <c>SET TRANSACTION READ ONLY</c> for PostgreSQL and Oracle, <c>PRAGMA query_only = 1</c>
    /// for SQLite, nothing for others. An empty text: nothing.
    /// </summary>
    public string? ReadOnlyStatement { get; init; }
}
