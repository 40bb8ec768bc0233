namespace ResearchTeam.Messages;

/// <summary>What a person says to a plan.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Approved">Whether it may be carried out.</param>
/// <param name="Comment">What the next plan is to heed, if not.</param>
public sealed record PlanReview(string RequestId, bool Approved, string? Comment = null);
