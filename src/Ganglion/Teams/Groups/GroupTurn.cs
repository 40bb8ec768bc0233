namespace Ganglion.Teams.Groups;

/// <summary>Something that was said in a group.</summary>
/// <param name="Speaker">Who has said it; <see cref="Asker"/>: whoever has asked the group.</param>
/// <param name="Text">What.</param>
public sealed record GroupTurn(string Speaker, string Text)
{
    /// <summary>The speaker of what the group is asked.</summary>
    public const string Asker = "asker";
}
