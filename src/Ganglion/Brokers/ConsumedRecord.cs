using Ganglion.Events;

namespace Ganglion.Brokers;

/// <summary>A record as read from a log.</summary>
/// <param name="Offset">Its number in its partition.</param>
/// <param name="Record">The record.</param>
public readonly record struct ConsumedRecord(long Offset, Record Record);
