using System.Text.Json;

namespace Ganglion.Approvals;

/// <summary>One thing that an edit has changed.</summary>
/// <param name="Op"><c>add</c>, <c>remove</c> or <c>replace</c>, as in JSON Patch (RFC 6902).</param>
/// <param name="Path">Where in the data, as a JSON Pointer (RFC 6901); empty: all of it.</param>
public sealed record ApprovalDifference(string Op, string Path)
{
    /// <summary>What was there; bytes as Base64.</summary>
    public JsonElement? Old { get; init; }

    /// <summary>What is there now.</summary>
    public JsonElement? Value { get; init; }
}
