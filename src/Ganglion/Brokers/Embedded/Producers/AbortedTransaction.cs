namespace Ganglion.Brokers.Embedded.Producers;

/// <summary>A transaction that was aborted: what a producer wrote between two offsets is to be passed over.</summary>
/// <param name="ProducerId">Whose it was.</param>
/// <param name="FirstOffset">The offset of its first record.</param>
/// <param name="LastOffset">The offset of the marker that ends it.</param>
internal readonly record struct AbortedTransaction(long ProducerId, long FirstOffset, long LastOffset);
