namespace Ganglion.AspNetCore.Groups;

/// <summary>The first message of a group's event stream: the name under which its reader commits and leaves.</summary>
internal sealed record JoinedView(string Member);

/// <summary>The last message of a group's event stream that was to end where the log did: commit, and leave.</summary>
internal sealed record EndView;
