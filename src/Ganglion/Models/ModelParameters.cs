using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>How a model was to answer, as far as the caller has said so: see the properties of the same names of <see cref="ChatOptions"/>.</summary>
public sealed record ModelParameters
{
    /// <summary>The model that was asked for.</summary>
    public string? Model { get; init; }

    /// <summary>How varied its answers were to be.</summary>
    public float? Temperature { get; init; }

    /// <summary>Among how probable words it was to choose.</summary>
    public float? TopP { get; init; }

    /// <summary>Among how many words it was to choose.</summary>
    public int? TopK { get; init; }

    /// <summary>How many tokens it was to answer at most.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>What its random numbers were to begin with.</summary>
    public long? Seed { get; init; }

    /// <summary>The tools that it could ask for, by name.</summary>
    public IReadOnlyList<string>? Tools { get; init; }

    /// <summary>What it was to answer: <c>text</c>, <c>json</c>, or <c>json_schema</c>.</summary>
    public string? Format { get; init; }

    internal static ModelParameters Of(ChatOptions? options) => options is null ? new() : new()
    {
        Model = options.ModelId,
        Temperature = options.Temperature,
        TopP = options.TopP,
        TopK = options.TopK,
        MaxOutputTokens = options.MaxOutputTokens,
        Seed = options.Seed,
        Tools = options.Tools is { Count: > 0 } tools ? [.. tools.Select(tool => tool.Name)] : null,
        Format = options.ResponseFormat switch
        {
            ChatResponseFormatJson { Schema: not null } => "json_schema",
            ChatResponseFormatJson => "json",
            ChatResponseFormatText => "text",
            _ => null,
        },
    };
}
