namespace Ganglion.Brokers.Listener.Transactions;

/// <summary>How a transaction is doing.</summary>
internal enum TransactionState
{
    /// <summary>None has begun since the producer got its id.</summary>
    Empty,

    /// <summary>The broker was started anew since; what was open then was aborted.</summary>
    AbortedByRestart,

    /// <summary>It is open.</summary>
    Ongoing,

    /// <summary>Its end is being written.</summary>
    Ending,

    /// <summary>The last one was committed.</summary>
    Committed,

    /// <summary>The last one was aborted.</summary>
    Aborted,
}
