namespace ResearchTeam.Messages;

/// <summary>A part of an answer that is being made.</summary>
/// <param name="Text">What comes next; <see langword="null"/>: it begins, again if there was something before, or it ends.</param>
/// <param name="Name">What the answer is called, where it begins.</param>
public sealed record AnswerPart(string? Text = null, string? Name = null);
