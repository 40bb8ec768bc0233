namespace ResearchTeam.Messages;

/// <summary>A task for a worker.</summary>
/// <param name="RequestId">The request that it is a part of.</param>
/// <param name="TaskId">The task in the plan of the request.</param>
/// <param name="Assignment">Names this assignment of the task, which may be assigned again.</param>
/// <param name="Task">What is to be done.</param>
/// <param name="Inputs">The results of the tasks that it depends on.</param>
public sealed record AgentTask(string RequestId, string TaskId, string Assignment, string Task, IReadOnlyList<TaskResult> Inputs);
