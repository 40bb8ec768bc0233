namespace Ganglion.Approvals;

/// <summary>That a person has taken an approval.</summary>
/// <param name="By">Who.</param>
/// <param name="Until">Until when nobody else decides.</param>
public sealed record ApprovalClaim(string By, DateTimeOffset Until);
