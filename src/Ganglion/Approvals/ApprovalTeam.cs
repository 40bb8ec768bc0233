namespace Ganglion.Approvals;

/// <summary>People who decide together. Each is named, or has one of the roles.</summary>
public sealed class ApprovalTeam
{
    /// <summary>Names.</summary>
    public IList<string> Members { get; init; } = [];

    /// <summary>Roles, as the application's authentication gives them to people. A role counts only where somebody vouches for it.</summary>
    public IList<string> Roles { get; init; } = [];

    internal bool Includes(string name, IReadOnlyList<string> roles) =>
        Members.Contains(name, StringComparer.Ordinal) || roles.Any(role => Roles.Contains(role, StringComparer.Ordinal));
}
