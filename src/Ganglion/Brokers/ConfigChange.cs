namespace Ganglion.Brokers;

/// <summary>A change of one setting of a topic, by the name that Kafka has for it.</summary>
/// <param name="Name">The setting.</param>
/// <param name="Operation">What is done to it.</param>
/// <param name="Value">What with; empty for <see cref="ConfigOperation.Delete"/>.</param>
internal sealed record ConfigChange(string Name, ConfigOperation Operation, string Value);
