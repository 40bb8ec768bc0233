namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>Where rounds become durable. A volatile broker has none.</summary>
internal interface ICommitLog : IDisposable
{
    /// <summary>Writes a round, all or nothing, without flushing it.</summary>
    /// <exception cref="StorageException">It could not be written; nothing of it will ever be seen.</exception>
    void Write(Round round);

    /// <summary>Brings everything that was written to the disk.</summary>
    /// <exception cref="StorageException">It could not be flushed.</exception>
    void Flush();

    /// <summary>Takes a round over that is visible now, to write its batches to the segments.</summary>
    void WriteBehind(Round round);
}
