namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>A record that somebody else has written, and what is to become of it.</summary>
/// <param name="Make">The record, of the invoice of this id.</param>
/// <param name="Cause">The exception with which it is parked; <see langword="null"/>: it is handled.</param>
/// <param name="Says">What the exception says.</param>
public sealed record ForeignCase(Func<string, ForeignRecord> Make, string? Cause = null, string Says = "");
