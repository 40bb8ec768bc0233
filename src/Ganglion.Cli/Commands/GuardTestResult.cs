using System.Text.Json;
using System.Text.Json.Serialization;
using Ganglion.Guards;

namespace Ganglion.Cli.Commands;

/// <summary>What a guard said of an event.</summary>
/// <param name="Event">The event's id.</param>
/// <param name="Verdict">The verdict; <c>none</c> if it could not judge.</param>
internal sealed record GuardTestResult(string Event, string Verdict)
{
    /// <summary>The code of what kept it from judging.</summary>
    public string? Error { get; init; }

    public string? Reason { get; init; }

    public string? Fallback { get; init; }

    public string? Queue { get; init; }

    public double? Score { get; init; }

    public IReadOnlyList<Finding>? Findings { get; init; }

    /// <summary>The data of the event that goes on, if it is a changed one.</summary>
    public string? Data { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GuardTestResult))]
internal sealed partial class GuardTestJson : JsonSerializerContext;
