namespace Ganglion.Teams;

/// <summary>An agent that takes tasks.</summary>
/// <param name="Name">Its type.</param>
/// <param name="Channel">The channel of its tasks.</param>
/// <param name="Description">What it does, for people and for models that choose among agents; <see langword="null"/> if it does not tell.</param>
public sealed record TeamMember(string Name, string Channel, string? Description);
