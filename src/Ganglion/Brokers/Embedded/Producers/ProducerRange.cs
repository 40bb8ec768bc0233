namespace Ganglion.Brokers.Embedded.Producers;

/// <summary>A batch that a producer has written: which of its sequence numbers, and where they lie.</summary>
internal readonly record struct ProducerRange(int FirstSequence, int LastSequence, long BaseOffset);
