using Ganglion.Events;

namespace Ganglion.Brokers;

/// <summary>A record on its way to a topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Record">The record.</param>
/// <param name="Partition">
/// The partition; <see langword="null"/> (the default) leaves the choice to the key, and without a key to the broker.
/// </param>
public readonly record struct ProducerRecord(string Topic, Record Record, int? Partition = null);
