namespace Dealership;

/// <summary>What the command line says.</summary>
internal sealed record RunOptions(string Data, int? KafkaPort, bool Serve, bool Json);
