namespace Ganglion.Kafka.Tests.Clients;

/// <summary>A client cannot do what it was asked for.</summary>
public sealed class LackingException(string what) : Exception($"The client lacks it: {what}");
