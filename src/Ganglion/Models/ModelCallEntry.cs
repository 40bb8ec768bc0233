using System.Security.Cryptography;
using System.Text.Json;
using Ganglion.Agents;
using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>
/// What is told of a call of a model for good, when the journal of its handler is gone: the data of an event on <see cref="Channel"/>. Neither the prompt nor the answer is
/// in it, but what proves them.
/// </summary>
public sealed record ModelCallEntry
{
    /// <summary>The channel, and the type of its events.</summary>
    public const string Channel = "ganglion.models.calls";

    /// <summary>Who has asked.</summary>
    public string Agent { get; init; } = "";

    /// <inheritdoc cref="ModelCall.Model"/>
    public string? Model { get; init; }

    /// <inheritdoc cref="ModelCall.Provider"/>
    public string? Provider { get; init; }

    /// <inheritdoc cref="ModelCall.PromptHash"/>
    public string PromptHash { get; init; } = "";

    /// <summary>The SHA-256 of <see cref="ModelCall.Answer"/>, in hexadecimal digits.</summary>
    public string AnswerHash { get; init; } = "";

    /// <inheritdoc cref="ModelCall.Messages"/>
    public int Messages { get; init; }

    /// <inheritdoc cref="ModelCall.Turns"/>
    public TurnRange? Turns { get; init; }

    /// <inheritdoc cref="ModelCall.Parameters"/>
    public ModelParameters Parameters { get; init; } = new();

    /// <inheritdoc cref="ModelCall.Usage"/>
    public UsageDetails? Usage { get; init; }

    /// <inheritdoc cref="ModelCall.Cost"/>
    public decimal Cost { get; init; }

    /// <inheritdoc cref="ModelCall.Duration"/>
    public TimeSpan Duration { get; init; }

    /// <inheritdoc cref="ModelCall.IsCached"/>
    public bool IsCached { get; init; }

    /// <inheritdoc cref="ModelCall.FinishReason"/>
    public string? FinishReason { get; init; }

    /// <summary>Tells of a call, in the commit of the handler's turn.</summary>
    internal static void Publish(AgentContext context, ModelCall call)
    {
        context.Publish(Channel, new ModelCallEntry
        {
            Agent = context.Self.ToString(),
            Model = call.Model,
            Provider = call.Provider,
            PromptHash = call.PromptHash,
            AnswerHash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(call.Answer))),
            Messages = call.Messages,
            Turns = call.Turns,
            Parameters = call.Parameters,
            Usage = call.Usage,
            Cost = call.Cost,
            Duration = call.Duration,
            IsCached = call.IsCached,
            FinishReason = call.FinishReason,
        });
    }
}
