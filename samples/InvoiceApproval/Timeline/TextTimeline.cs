using System.Globalization;
using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace InvoiceApproval.Timeline;

/// <summary>The timeline for people: one line for each event.</summary>
internal sealed class TextTimeline(IAnsiConsole console) : ITimeline
{
    private const int ShownCorrelation = 12;
    private const int LongestText = 160;

    public void Show(LoggedEvent logged)
    {
        string time = logged.Time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        string key = logged.Record.Key is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : "-";
        string correlation = logged.CorrelationId is { } id ? id[..Math.Min(ShownCorrelation, id.Length)] : "-";
        console.MarkupLine(
            $"[grey]{time}[/] [{ColourOf(logged.Topic)}]{logged.Topic,-26}[/] {Safe(key),-10} [grey]{Safe(correlation),-12}[/] {Safe(Tell(logged))}");
    }

    public void Flush()
    {
    }

    private static string ColourOf(string topic) => topic switch
    {
        Channels.Classified => "green",
        Channels.Parked or Channels.ReviewParked => "red",
        Channels.ReviewRequired or Channels.ReviewReminder or Channels.ReviewExpired => "yellow",
        Channels.ReviewCompleted => "aqua",
        Channels.Created => "blue",
        _ => "grey",
    };

    private static string Tell(LoggedEvent logged)
    {
        string data = logged.Event.Data is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : string.Empty;
        if (logged.Cause is { } cause)
        {
            return $"{cause} {data}";
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(data);
            return Tell(logged.Topic, document.RootElement) ?? data;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return data;
        }
    }

    private static string? Tell(string topic, JsonElement data)
    {
        return topic switch
        {
            Channels.Created => $"{Text("amount")} from {Text("supplier")}",
            Channels.Started => "analysing",
            Channels.Analysed => $"{Text("label")} with confidence {Text("confidence")}{Reasons()}",
            Channels.Classified => $"{Text("classification")} by the {Text("decided_by").ToLowerInvariant()}",
            Channels.ReviewRequired => $"a person is asked about {Text("amount")}{Reasons()}",
            Channels.ReviewCompleted => $"{Text("review_result")} by {Text("reviewer")}",
            Channels.ReviewReminder => "nobody has answered yet",
            Channels.ReviewExpired => $"nobody has answered in time: {Text("action")}",
            Channels.ReviewIgnored => $"{Text("review_result")} has no effect: {Text("reason")}",
            Channels.Duplicate => $"not classified again: {Text("reason")}",
            _ => null,
        };

        string Text(string name) => data.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "?";

        string Reasons() => data.TryGetProperty("reasons", out JsonElement reasons) && reasons.GetArrayLength() > 0
            ? $": {string.Join(", ", reasons.EnumerateArray())}"
            : string.Empty;
    }

    // What comes from events is neither markup, nor may it steer the terminal.
    private static string Safe(string text)
    {
        string cut = text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText - 1), "…");
        return Markup.Escape(string.Concat(cut.Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format ? '·' : c)));
    }
}
