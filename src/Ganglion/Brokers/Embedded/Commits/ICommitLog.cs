namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>Where rounds become durable. A volatile broker has none.</summary>
internal interface ICommitLog : IDisposable
{
    /// <summary>Writes a round, all or nothing.</summary>
    /// <param name="round">The round, its batches sealed and placed.</param>
    /// <param name="flush">Whether it is to be on the disk before this returns.</param>
    /// <exception cref="StorageException">It could not be written, or not be flushed. The next round is written in its place.</exception>
    void Write(Round round, bool flush);

    /// <summary>Brings everything that was written to the disk.</summary>
    /// <exception cref="StorageException">It could not be flushed.</exception>
    void Flush();

    /// <summary>Takes a round over that is visible now, to write its batches to the segments.</summary>
    void WriteBehind(Round round);
}
