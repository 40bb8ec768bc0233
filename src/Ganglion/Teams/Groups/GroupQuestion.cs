namespace Ganglion.Teams.Groups;

/// <summary>What a participant of a group is asked: an agent gets it as the data of a request.</summary>
/// <param name="Turns">What was said so far, the oldest first.</param>
public sealed record GroupQuestion(IReadOnlyList<GroupTurn> Turns)
{
    /// <summary>To whom it may hand the question off, each with what it does. Default: to nobody.</summary>
    public IReadOnlyDictionary<string, string> HandOffs { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it is to say if nothing is left to be said (<see cref="GroupReply.IsDone"/>). Default: no.</summary>
    public bool Judges { get; init; }
}
