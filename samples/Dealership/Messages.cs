namespace Dealership;

/// <summary>What a visitor of the website has written.</summary>
public sealed record UserMessage(string Message);

/// <summary>What the visitor is answered.</summary>
public sealed record AgentResponse(string Message);
