namespace McpProcess;

/// <summary>Who is to be greeted.</summary>
/// <param name="Name">The name.</param>
internal sealed record Greeting(string Name);
