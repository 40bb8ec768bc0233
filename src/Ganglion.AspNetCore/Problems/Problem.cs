using System.Globalization;
using System.Text.Json.Serialization;

namespace Ganglion.AspNetCore.Problems;

/// <summary>Problem details, RFC 9457, with the code of the error as an extension.</summary>
internal sealed record Problem(string Type, string Title, int Status, string Detail, string Code)
{
    public const string MediaType = "application/problem+json";

    /// <summary>The request path; <see langword="null"/> inside an event stream.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Instance { get; init; }

    public static Problem Of(GanglionException exception) => new(
        "https://ganglion.dev/errors/" + exception.Code,
        TitleOf(exception.Code),
        ProblemStatus.Of(exception),
        exception.Message,
        exception.Code);

    // "topic-not-found" reads "Topic not found": the title of a type never changes, as RFC 9457 asks.
    private static string TitleOf(string code) =>
        string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(code[0])}{code[1..].Replace('-', ' ')}");
}
