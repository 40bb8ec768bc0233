namespace ResearchTeam.Messages;

/// <summary>What somebody asks.</summary>
/// <param name="RequestId">Names the request, and its answer.</param>
/// <param name="Prompt">What is asked.</param>
/// <param name="ApprovePlan">Whether a person wants to see the plan before it is carried out.</param>
public sealed record UserPrompt(string RequestId, string Prompt, bool ApprovePlan = false);
