namespace ResearchTeam.Messages;

/// <summary>What has come of a task.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Assignment">The assignment that it is the result of.</param>
/// <param name="Agent">Who has done it.</param>
/// <param name="Succeeded">Whether it is done.</param>
/// <param name="Text">The result, or why there is none.</param>
public sealed record TaskResult(string RequestId, string TaskId, string Assignment, string Agent, bool Succeeded, string Text);
