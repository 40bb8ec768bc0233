using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ganglion.AspNetCore.Topics;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary>What listings have in common: <c>--json</c>, and how values are written in them.</summary>
internal static class Listing
{
    public static Option<bool> JsonOption() => new("--json") { Description = "One JSON object a line, as the HTTP API shows it" };

    public static void WriteJson<T>(Terminal terminal, IEnumerable<T> items, JsonTypeInfo<T> type)
    {
        foreach (T item in items)
        {
            terminal.WriteJson(JsonSerializer.SerializeToUtf8Bytes(item, type));
        }
    }

    public static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "-";

    public static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>How long events are kept; <c>-</c> where nothing is deleted for its age.</summary>
    public static string Retention(TopicSettingsView settings) => settings switch
    {
        { Cleanup: { } cleanup } when !cleanup.Contains("delete", StringComparison.Ordinal) => "-",
        { RetentionMs: null } => "-",
        { RetentionMs: -1 } => "for ever",
        { RetentionMs: { } milliseconds } => Span(TimeSpan.FromMilliseconds(milliseconds)),
    };

    public static string Describe(TopicSettingsView settings)
    {
        var parts = new List<string> { $"cleanup {settings.Cleanup ?? "-"}" };
        if (Retention(settings) is not "-" and var retention)
        {
            parts.Add($"retention {retention}");
        }

        AddBytes("retained", settings.RetentionBytes is -1 ? null : settings.RetentionBytes);
        AddBytes("segments of", settings.SegmentBytes);
        AddBytes("records up to", settings.MaxMessageBytes);
        return string.Join(", ", parts);

        void AddBytes(string name, long? bytes)
        {
            if (bytes is { } value)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {value} bytes"));
            }
        }
    }

    private static string Span(TimeSpan span) => span switch
    {
        { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0.##}d"),
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.##}h"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0.##}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.###}s"),
    };
}
