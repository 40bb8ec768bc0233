namespace Ganglion.Kafka.Tests.Clients;

/// <summary>A group as a client shows it: what it does, and how many are in it.</summary>
public sealed record ShownGroup(string State, int Members);
