using System.Text.Json;
using Ganglion.Models.Caching;
using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>
/// A call of a model, as the journal of the handler keeps it: what the model has answered, and by what it can be proved what it was asked. The prompt itself is not in it: its parts lie
/// on the log already, as events, as turns of a conversation, as results of tools, each of them once.
/// </summary>
public sealed record ModelCall
{
    /// <summary>The model that has answered, as its provider calls it, with its version if that says so.</summary>
    public string? Model { get; init; }

    /// <summary>The provider.</summary>
    public string? Provider { get; init; }

    /// <summary>The SHA-256 of the messages and of the parameters, in hexadecimal digits.</summary>
    public string PromptHash { get; init; } = "";

    /// <summary>How many messages the prompt had.</summary>
    public int Messages { get; init; }

    /// <summary>Which turns of the conversation the prompt had; <see langword="null"/>: it was of none.</summary>
    public TurnRange? Turns { get; init; }

    /// <summary>How the model was to answer.</summary>
    public ModelParameters Parameters { get; init; } = new();

    /// <summary>How many tokens it took, as the provider says.</summary>
    public UsageDetails? Usage { get; init; }

    /// <summary>What it cost by the table of prices, in the currency of that; nothing if there is no price.</summary>
    public decimal Cost { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Whether the answer was there already (<see cref="Caching.CachedChatClient"/>): no model was asked, and it took no tokens.</summary>
    public bool IsCached { get; init; }

    /// <summary>Why the answer ended, such as <c>stop</c>.</summary>
    public string? FinishReason { get; init; }

    /// <summary>The answer: an array of the messages of Microsoft.Extensions.AI, as <see cref="AIJsonUtilities.DefaultOptions"/> writes them.</summary>
    public JsonElement Answer { get; init; }

    internal static ModelCall Of(ChatResponse response) => new()
    {
        Model = response.ModelId,
        Usage = response.Usage,
        IsCached = CachedMark.IsSet(response),
        FinishReason = response.FinishReason?.Value,
        Answer = JsonSerializer.SerializeToElement(response.Messages, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IList<ChatMessage>))),
    };

    internal ChatResponse ToResponse() => new([.. Answer.Deserialize<IList<ChatMessage>>(AIJsonUtilities.DefaultOptions)!])
    {
        ModelId = Model,
        Usage = Usage,
        FinishReason = FinishReason is null ? null : new ChatFinishReason(FinishReason),
    };
}
