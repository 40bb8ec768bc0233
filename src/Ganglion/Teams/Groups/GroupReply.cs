using System.ComponentModel;

namespace Ganglion.Teams.Groups;

/// <summary>What a participant of a group says: the reply of an agent to a <see cref="GroupQuestion"/>.</summary>
/// <param name="Text">What.</param>
/// <param name="HandOffTo">Who is to go on, by name; <see langword="null"/>: nobody.</param>
/// <param name="IsDone">Whether nothing is left to be said: to a critic, that the text is good.</param>
public sealed record GroupReply(
    [property: Description("What you say")] string Text,
    [property: Description("The name of whom is to go on in your place; null, if you answer yourself")] string? HandOffTo = null,
    [property: Description("Whether it is good as it is, and nothing is left to be said")] bool IsDone = false);
