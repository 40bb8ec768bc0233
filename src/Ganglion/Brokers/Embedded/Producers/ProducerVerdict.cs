namespace Ganglion.Brokers.Embedded.Producers;

/// <summary>What becomes of a batch of a producer.</summary>
internal enum ProducerVerdict
{
    /// <summary>It is written.</summary>
    Taken,

    /// <summary>It has been written before, and lies there.</summary>
    Duplicate,

    /// <summary>A batch before it is missing.</summary>
    OutOfOrder,

    /// <summary>It is of no transaction, and its producer has one open.</summary>
    OutsideTransaction,

    /// <summary>A newer epoch of the producer has written.</summary>
    Fenced,
}
