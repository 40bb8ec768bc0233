namespace Ganglion.Models;

/// <summary>A model has answered, but not with what it was asked for, and not after it was told so either. Ask it otherwise, or ask another one.</summary>
public sealed class ModelAnswerException : GanglionException
{
    /// <summary>The answer is not of the type that was asked for.</summary>
    internal const string Malformed = "model-answer-malformed";

    /// <summary>It asks for tools again and again.</summary>
    internal const string Endless = "model-tools-endless";

    internal ModelAnswerException(string code, string message, IReadOnlyList<string>? faults = null, string? answer = null)
        : base(code, message)
    {
        Faults = faults ?? [];
        Answer = answer;
    }

    /// <summary>What is wrong with its last answer.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>The text of its last answer: what a model says may be anything, so it is in no message.</summary>
    public string? Answer { get; }
}
