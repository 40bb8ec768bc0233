using System.Globalization;
using System.Text;
using System.Text.Json;
using InvoiceApproval.Output;
using Spectre.Console;

namespace InvoiceApproval.Timeline;

/// <summary>
/// The timeline for people: a line for each event, wrapped below its text on a screen; a narrow screen has the text on lines of its own.
/// </summary>
internal sealed class TextTimeline(IAnsiConsole console) : ITimeline
{
    private const int WideColumns = 110;
    private const int PlaceColumns = 65;
    private const int ShownCorrelation = 12;
    private const int LongestText = 400;

    public void Show(LoggedEvent logged)
    {
        DateTimeOffset time = logged.Time.ToLocalTime();
        string key = Safe(logged.Record.Key is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : "-");
        string correlation = Safe(Tail(logged.CorrelationId));
        string text = Safe(Tell(logged));
        string colour = ColourOf(logged.Topic);
        if (console.Profile.Width < WideColumns)
        {
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[grey]{time:HH:mm:ss}[/] [{colour}]{logged.Topic}[/] {key}"));
            console.Write(new Padder(new Markup($"[grey]{correlation}[/] {text}")).Padding(2, 0, 0, 0));
            return;
        }

        string position = string.Create(
            CultureInfo.InvariantCulture, $"[grey]{time:HH:mm:ss.fff}[/] [{colour}]{logged.Topic,-26}[/] {key,-10} [grey]{correlation,-12}[/]");
        if (console.Profile.Width - PlaceColumns > text.Length)
        {
            console.MarkupLine($"{position} {text}");
        }
        else
        {
            console.Write(new Grid().AddColumn(Column().NoWrap().PadRight(1)).AddColumn(Column()).AddRow(position, text));
        }
    }

    public void Flush()
    {
    }

    private static GridColumn Column() => new() { Padding = new Padding(0) };

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

    // What tells conversations apart stands at the end: the number of the line, the offset.
    private static string Tail(string id) => id.Length <= ShownCorrelation ? id : string.Concat("…", id.AsSpan(id.Length - ShownCorrelation + 1));

    // What comes from events is neither markup, nor may it steer the terminal.
    private static string Safe(string text)
    {
        string cut = text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText - 1), "…");
        return Markup.Escape(SafeText.Of(cut));
    }
}
