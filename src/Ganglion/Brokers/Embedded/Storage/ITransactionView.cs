namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>Which batches of a log nobody is to see, or not yet.</summary>
internal interface ITransactionView
{
    /// <summary>The offset behind the last record that readers see.</summary>
    long LastStableOffset { get; }

    /// <summary>Whether a batch is of a transaction that was aborted.</summary>
    bool IsAborted(in StoredBatch batch);
}
