using System.Text;
using System.Text.Json;
using Ganglion.Models.Http;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.OpenAI;

/// <summary>Understands an answer, of which each part is read as it comes.</summary>
internal sealed class OpenAIAnswer(ProviderFaults faults, string? model)
{
    private readonly OpenAIToolCalls _calls = new(faults);
    private readonly StringBuilder _refusal = new();
    private string _id = $"chatcmpl-{Guid.NewGuid():N}";
    private string? _model = model;
    private DateTimeOffset? _created;
    private OpenAIUsage? _usage;
    private bool _hasChoice;

    /// <summary>Whether it was said why it ends.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Reads a part.</summary>
    /// <returns>What it says; null: nothing yet.</returns>
    public ChatResponseUpdate? Read(OpenAIPart part)
    {
        if (part.Error is { ValueKind: not JsonValueKind.Null } error)
        {
            throw faults.Told(error);
        }

        _id = string.IsNullOrEmpty(part.Id) ? _id : part.Id;
        _model = string.IsNullOrEmpty(part.Model) ? _model : part.Model;
        _created = TimeOf(part.Created) ?? _created;

        // Some say with every part how much it was so far.
        _usage = part.Usage ?? _usage;
        foreach (OpenAIChoice? choice in part.Choices ?? [])
        {
            if ((choice ?? throw faults.Malformed()).Index is null or 0)
            {
                return Read(choice);
            }
        }

        return null;
    }

    /// <summary>What is to be said when nothing more comes.</summary>
    public ChatResponseUpdate End()
    {
        if (!_hasChoice)
        {
            throw faults.Malformed();
        }

        var contents = new List<AIContent>();
        ChatFinishReason? reason = null;
        if (!IsFinished)
        {
            AddWhole(contents);
            reason = _calls.HasAny ? ChatFinishReason.ToolCalls : null;
        }

        if (_usage is { } usage)
        {
            contents.Add(new UsageContent(new UsageDetails
            {
                InputTokenCount = usage.PromptTokens,
                OutputTokenCount = usage.CompletionTokens,
                TotalTokenCount = usage.TotalTokens ?? (usage.PromptTokens + usage.CompletionTokens),
                CachedInputTokenCount = usage.PromptTokensDetails?.CachedTokens,
                ReasoningTokenCount = usage.CompletionTokensDetails?.ReasoningTokens,
            }));
        }

        return Update(contents, reason);
    }

    /// <summary>A time in seconds since 1970, if it is one.</summary>
    public static DateTimeOffset? TimeOf(JsonElement? seconds) =>
        seconds is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out double time) && time is > 0 and < 253_402_300_799 ? DateTimeOffset.UnixEpoch.AddSeconds(Math.Floor(time)) : null;

    private ChatResponseUpdate? Read(OpenAIChoice choice)
    {
        OpenAIMessage said = choice.Delta ?? choice.Message ?? new OpenAIMessage();
        _hasChoice |= choice.Delta is not null || choice.Message is not null || choice.FinishReason is not null;
        var contents = new List<AIContent>();
        if (TextOf(said.ReasoningContent ?? said.Reasoning) is { Length: > 0 } thought)
        {
            contents.Add(new TextReasoningContent(thought));
        }

        if (TextOf(said.Content) is { Length: > 0 } text)
        {
            contents.Add(new TextContent(text));
        }

        _refusal.Append(said.Refusal);
        _calls.Add(said.ToolCalls);
        ChatFinishReason? reason = null;
        if (!IsFinished && !string.IsNullOrEmpty(choice.FinishReason))
        {
            IsFinished = true;
            AddWhole(contents);
            reason = choice.FinishReason is "stop" or "function_call" && _calls.HasAny ? ChatFinishReason.ToolCalls : new ChatFinishReason(choice.FinishReason);
        }

        return contents.Count == 0 && reason is null ? null : Update(contents, reason);
    }

    // What makes sense only when all of it is there.
    private void AddWhole(List<AIContent> contents)
    {
        if (_refusal.Length > 0)
        {
            contents.Add(new ErrorContent(_refusal.ToString()) { ErrorCode = OpenAIMessages.Refusal });
        }

        contents.AddRange(_calls.Calls);
    }

    private ChatResponseUpdate Update(List<AIContent> contents, ChatFinishReason? reason) => new(ChatRole.Assistant, contents)
    {
        ResponseId = _id,
        MessageId = _id,
        ModelId = _model,
        CreatedAt = _created,
        FinishReason = reason,
    };

    // A text, or parts of which some are; anything else says nothing.
    private string? TextOf(JsonElement? content) => content switch
    {
        { ValueKind: JsonValueKind.String } text => faults.WordsOf(text),
        { ValueKind: JsonValueKind.Array } parts => string.Concat(parts.EnumerateArray().Select(
            part => part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String ? faults.WordsOf(text) : "")),
        _ => null,
    };
}
