namespace Ganglion.Models;

/// <summary>How a handler leads a conversation with a model.</summary>
public sealed record ConversationOptions
{
    /// <summary>What is said to the model before all turns. It is not stored, so it may change from turn to turn. Default: nothing.</summary>
    public string? Instructions { get; init; }

    /// <summary>About how many tokens of the newest turns the model is given, by an estimate; older ones it does not see. Default: 100,000.</summary>
    public long PromptTokens { get; init; } = 100_000;

    /// <summary>How the model is asked. Default: see <see cref="InferenceOptions"/>.</summary>
    public InferenceOptions Inference { get; init; } = new();
}
