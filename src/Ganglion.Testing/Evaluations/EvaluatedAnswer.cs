using Microsoft.Extensions.AI;

namespace Ganglion.Testing.Evaluations;

/// <summary>An answer that is checked.</summary>
public sealed record EvaluatedAnswer
{
    /// <summary>What was asked.</summary>
    public required IReadOnlyList<ChatMessage> Prompt { get; init; }

    /// <summary>The answer.</summary>
    public required ChatResponse Response { get; init; }

    /// <summary>How long it took; of a recorded one, how long it took then.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What it cost by the table of prices; nothing if there is no price.</summary>
    public decimal Cost { get; init; }

    /// <summary>Its text.</summary>
    public string Text => Response.Text;

    /// <summary>How many tokens it took, those of the prompt among them; nothing if the model does not say.</summary>
    public long Tokens => Response.Usage is { } usage ? usage.TotalTokenCount ?? ((usage.InputTokenCount ?? 0) + (usage.OutputTokenCount ?? 0)) : 0;
}
