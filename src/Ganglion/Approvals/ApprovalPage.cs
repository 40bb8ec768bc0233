namespace Ganglion.Approvals;

/// <summary>A part of a list of approvals.</summary>
/// <param name="Items">The approvals.</param>
/// <param name="Next">Where the next page begins; <see langword="null"/>: there are no more.</param>
public sealed record ApprovalPage(IReadOnlyList<ApprovalItem> Items, string? Next);
