using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ganglion.Events;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.Inference;

/// <summary>Answers of a type: what the model is told of it, how its answer is read, and how it is asked again.</summary>
internal static class StructuredAnswer<TAnswer>
    where TAnswer : notnull
{
    // As the data of events are, and nothing beside.
    private static readonly JsonSerializerOptions Json = new(new EventDataOptions().Json) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private static readonly AIJsonSchemaCreateOptions Strict = new()
    {
        TransformOptions = new AIJsonSchemaTransformOptions { DisallowAdditionalProperties = true, RequireAllProperties = true, MoveDefaultKeywordToDescription = true },
    };

    // Providers take objects alone: anything else is put into one.
    private static readonly bool IsWrapped = !IsObject(AIJsonUtilities.CreateJsonSchema(typeof(TAnswer), serializerOptions: Json));
    private static readonly JsonElement Schema = AIJsonUtilities.CreateJsonSchema(IsWrapped ? typeof(Wrapped) : typeof(TAnswer), serializerOptions: Json, inferenceOptions: Strict);
    private static readonly ChatResponseFormatJson Format = ChatResponseFormat.ForJsonSchema(Schema, "answer");
    private static readonly string Instructions = $"Answer with JSON alone: no text and no code fence around it. It has to fit this JSON schema:\n{Schema.GetRawText()}";

    /// <summary>Asks, and asks again where the answer is none.</summary>
    /// <param name="ask">Asks once.</param>
    /// <param name="messages">What has been said.</param>
    /// <param name="chat">What is said beside it.</param>
    /// <param name="repairs">How often it is asked again.</param>
    /// <param name="check">What else is wrong with an answer.</param>
    /// <exception cref="ModelAnswerException">The last answer is none either.</exception>
    public static async Task<TAnswer> AskAsync(
        Func<IEnumerable<ChatMessage>, ChatOptions, Task<ChatResponse>> ask,
        IEnumerable<ChatMessage> messages,
        ChatOptions? chat,
        int repairs,
        Func<TAnswer, IEnumerable<string>>? check)
    {
        List<ChatMessage> prompt = [.. messages];
        chat = chat?.Clone() ?? new ChatOptions();
        chat.ResponseFormat = Format;
        chat.Instructions = string.IsNullOrEmpty(chat.Instructions) ? Instructions : $"{chat.Instructions}\n\n{Instructions}";
        for (int left = repairs; ; left--)
        {
            // It may be a step of a handler, which goes on where that runs.
            ChatResponse response = await ask(prompt, chat).ConfigureAwait(true);
            string text = InferenceExtensions.TextOf(response);
            if (TryRead(text, response.FinishReason, check, out TAnswer? answer, out IReadOnlyList<string> faults))
            {
                return answer;
            }

            if (left <= 0)
            {
                throw new ModelAnswerException(
                    ModelAnswerException.Malformed,
                    $"The model {response.ModelId} has not answered with what it was asked for, a {typeof(TAnswer).Name}, though it was told {repairs} times what is wrong. "
                    + "Ask for less at once, say more, or ask a larger model.",
                    faults,
                    text);
            }

            prompt.AddRange(response.Messages);
            prompt.Add(new ChatMessage(ChatRole.User, $"That answer cannot be used:\n- {string.Join("\n- ", faults)}\nAnswer again, with the whole JSON and nothing else."));
        }
    }

    private static bool TryRead(
        string text, ChatFinishReason? end, Func<TAnswer, IEnumerable<string>>? check, [NotNullWhen(true)] out TAnswer? answer, out IReadOnlyList<string> faults)
    {
        if (!TryParse(text, end, out answer, out string? fault))
        {
            faults = [fault];
            return false;
        }

        var found = new List<string>();
        var results = new List<ValidationResult>();
        if (!IsWrapped && !Validator.TryValidateObject(answer, new ValidationContext(answer), results, validateAllProperties: true))
        {
            found.AddRange(results.Select(result => result.ErrorMessage ?? "It is not valid."));
        }

        if (found.Count == 0 && check is not null)
        {
            found.AddRange(check(answer));
        }

        faults = found;
        return found.Count == 0;
    }

    private static bool TryParse(string text, ChatFinishReason? end, [NotNullWhen(true)] out TAnswer? answer, [NotNullWhen(false)] out string? fault)
    {
        answer = default;
        fault = null;
        try
        {
            answer = !IsWrapped ? JsonSerializer.Deserialize<TAnswer>(text, Json)
                : JsonSerializer.Deserialize<Wrapped>(text, Json) is { } wrapped ? wrapped.Value : default;
            fault = answer is null ? "It is null." : null;
        }
        catch (JsonException exception)
        {
            fault = string.IsNullOrWhiteSpace(text) ? "It is empty."
                : end == ChatFinishReason.Length ? "It was cut off, because it is too long: answer more briefly."
                : end == ChatFinishReason.ContentFilter ? "It was refused."
                : exception.Message;
        }

        return fault is null;
    }

    private static bool IsObject(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out JsonElement type)
        && (type.ValueKind == JsonValueKind.String ? type.ValueEquals("object") : type.EnumerateArray().Any(one => one.ValueEquals("object")));

    private sealed record Wrapped(TAnswer Value);
}
