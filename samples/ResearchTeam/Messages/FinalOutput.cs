namespace ResearchTeam.Messages;

/// <summary>The answer to a request.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Status">Whether it is all that was planned.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Missing">What is not in it, a sentence for each.</param>
public sealed record FinalOutput(string RequestId, OutputStatus Status, string Answer, IReadOnlyList<string> Missing);
