using Ganglion.Events;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Native;

/// <summary>What a consumer has polled.</summary>
/// <param name="Topic">The topic; <see langword="null"/>: an error that concerns no single one.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The record's offset, or that of the end.</param>
/// <param name="Record">The record.</param>
/// <param name="Error">Why there is none; <see cref="Client.ErrorCode.Local_PartitionEOF"/> if it is the end.</param>
internal readonly record struct PolledRecord(string? Topic, int Partition, long Offset, Record Record, Client.Error? Error);
