namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>A header as a client of another language has it.</summary>
public sealed record ForeignHeader(string Name, byte[]? Value);
