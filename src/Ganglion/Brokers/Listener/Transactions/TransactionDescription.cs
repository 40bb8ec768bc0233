namespace Ganglion.Brokers.Listener.Transactions;

/// <summary>How a transactional id is doing, as clients are told.</summary>
/// <param name="TransactionalId">The id.</param>
/// <param name="ProducerId">The id of its producer.</param>
/// <param name="Epoch">Which life of the producer this is.</param>
/// <param name="State">One of <see cref="States"/>.</param>
/// <param name="Timeout">After which its transactions are aborted.</param>
/// <param name="Duration">For how long one has been open; null: none is.</param>
/// <param name="Partitions">Where the open one may write.</param>
internal sealed record TransactionDescription(
    string TransactionalId,
    long ProducerId,
    short Epoch,
    string State,
    TimeSpan Timeout,
    TimeSpan? Duration,
    IReadOnlyList<TopicPartition> Partitions)
{
    /// <summary>The states that Kafka knows.</summary>
    public static IReadOnlyList<string> States { get; } =
        ["Empty", "Ongoing", "PrepareCommit", "PrepareAbort", "CompleteCommit", "CompleteAbort", "Dead", "PrepareEpochFence"];

    /// <summary>What Kafka calls a state.</summary>
    public static string NameOf(TransactionState state) => state switch
    {
        TransactionState.Ongoing or TransactionState.Ending => "Ongoing",
        TransactionState.Committed => "CompleteCommit",
        TransactionState.Aborted => "CompleteAbort",
        _ => "Empty",
    };
}
