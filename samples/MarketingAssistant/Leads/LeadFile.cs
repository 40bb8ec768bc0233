using System.Text.Json;
using Ganglion.Events;

namespace MarketingAssistant.Leads;

/// <summary>Leads as JSON lines.</summary>
internal static class LeadFile
{
    private static readonly JsonSerializerOptions Json = new EventDataOptions().Json;

    /// <summary>Reads all of them, before anything is done with the first.</summary>
    /// <exception cref="FormatException">A line is no lead.</exception>
    public static List<Lead> Read(string file) => [.. File.ReadLines(file).Where(line => !string.IsNullOrWhiteSpace(line)).Select(Parse)];

    private static Lead Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Lead>(line, Json) is { LeadId.Length: > 0 } lead
                ? lead
                : throw new FormatException($"'{line}' is no lead: give it a lead_id.");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"'{line}' is no lead: {exception.Message}", exception);
        }
    }
}
