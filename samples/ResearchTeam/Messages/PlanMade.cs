using Ganglion.Teams;

namespace ResearchTeam.Messages;

/// <summary>A plan that is about to be carried out.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Round">1 for the first plan of the request, 2 for the one that mends what has failed of it, and so on.</param>
/// <param name="Tasks">Its tasks.</param>
public sealed record PlanMade(string RequestId, int Round, IReadOnlyList<PlannedTask> Tasks);
