namespace Ganglion.Models.Streaming;

/// <summary>The data of the events of an <see cref="AnswerStream"/>.</summary>
internal sealed record AnswerPart
{
    /// <summary>Who asks the model; in the first.</summary>
    public string? Agent { get; init; }

    /// <summary>What the step is called; in the first.</summary>
    public string? Name { get; init; }

    /// <summary>What follows of the text.</summary>
    public string? Text { get; init; }

    /// <summary>Why it has ended; in the last.</summary>
    public string? FinishReason { get; init; }
}
