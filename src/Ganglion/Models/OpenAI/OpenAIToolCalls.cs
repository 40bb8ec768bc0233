using System.Text;
using System.Text.Json;
using Ganglion.Models.Http;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.OpenAI;

/// <summary>Puts calls of tools together that come in fragments, several of them side by side.</summary>
internal sealed class OpenAIToolCalls(ProviderFaults faults)
{
    private readonly List<OpenCall> _calls = [];

    public bool HasAny => _calls.Count > 0;

    public void Add(List<OpenAIToolCall>? fragments)
    {
        foreach (OpenAIToolCall? fragment in fragments ?? [])
        {
            OpenCall call = Find(fragment ?? throw faults.Malformed());
            call.Id ??= NullIfEmpty(fragment.Id);
            call.Name ??= NullIfEmpty(fragment.Function?.Name);
            call.Arguments.Append(fragment.Function?.Arguments switch
            {
                null or { ValueKind: JsonValueKind.Null } => null,
                { ValueKind: JsonValueKind.String } text => faults.WordsOf(text),
                { } value => value.GetRawText(),
            });
        }
    }

    /// <summary>The calls, as far as they have come.</summary>
    public IEnumerable<FunctionCallContent> Calls => _calls.Select(call => ToolJson.Call(
        call.Id ?? $"call_{Guid.NewGuid():N}", call.Name ?? throw faults.Malformed(), call.Arguments.ToString()));

    // By its place; where servers do not count, or give all the same place, a new id or a name begins a new call.
    private OpenCall Find(OpenAIToolCall fragment)
    {
        string? id = NullIfEmpty(fragment.Id);
        OpenCall? known = fragment.Index is { } index ? _calls.FindLast(call => call.Index == index)
            : id is not null ? _calls.FindLast(call => call.Id == id)
            : NullIfEmpty(fragment.Function?.Name) is not null ? null : _calls.LastOrDefault();
        if (known is null || (id is not null && known.Id is not null && known.Id != id))
        {
            known = new OpenCall { Index = fragment.Index };
            _calls.Add(known);
        }

        return known;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private sealed class OpenCall
    {
        public int? Index { get; init; }

        public string? Id { get; set; }

        public string? Name { get; set; }

        public StringBuilder Arguments { get; } = new();
    }
}
