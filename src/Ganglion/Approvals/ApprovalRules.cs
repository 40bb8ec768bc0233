using System.Globalization;
using System.Text;
using System.Text.Json;
using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Approvals;

/// <summary>Finds out which events are to be held up. Thread-safe.</summary>
/// <param name="rules">The rules; the first that fits counts.</param>
public sealed class ApprovalRules(IEnumerable<ApprovalRule> rules)
{
    private readonly ApprovalRule[] _rules = [.. rules];

    /// <summary>Looks at an event.</summary>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="channel">The channel that it was published to.</param>
    /// <param name="scores">What guards and models have said of it, by the score's name.</param>
    /// <returns>The queue and the reason; <see langword="null"/>: it goes on.</returns>
    public ApprovalNeed? Find(CloudEvent cloudEvent, string channel, IReadOnlyDictionary<string, double>? scores = null)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        ArgumentNullException.ThrowIfNull(channel);
        Content? content = null;
        foreach (ApprovalRule rule in _rules)
        {
            if (!FitsOne(rule.Channels, channel)
                || !FitsOne(rule.Types, cloudEvent.Type)
                || (rule.Sample is { } share && !IsInSample(cloudEvent, share)))
            {
                continue;
            }

            double? number = null;
            string? reason = null;
            if (rule.Score is { } score)
            {
                if (scores is null || !scores.TryGetValue(score, out double given) || Judge(rule, score, given) is not { } said)
                {
                    continue;
                }

                (number, reason) = (given, said);
            }

            if (rule.Path is { } path)
            {
                content ??= Content.Of(cloudEvent);
                if (content.NumberAt(path) is not { } found || Judge(rule, path, found) is not { } said)
                {
                    continue;
                }

                (number, reason) = (found, said);
            }

            if (rule.Mentions.Count > 0)
            {
                content ??= Content.Of(cloudEvent);
                string text = content.Text;
                if (rule.Mentions.FirstOrDefault(one => text.Contains(one, StringComparison.OrdinalIgnoreCase)) is not { } word)
                {
                    continue;
                }

                reason = reason is null ? $"it mentions '{word}'" : $"{reason}, and it mentions '{word}'";
            }

            return new ApprovalNeed(rule.Name, rule.Queue, rule.Reason ?? reason ?? (rule.Sample is null ? "all of these are looked at" : "it is one of a sample"))
            {
                Score = number is double.NaN ? null : number,
                FourEyes = rule.FourEyes,
            };
        }

        return null;
    }

    private static bool FitsOne(IList<string> patterns, string name) =>
        patterns.Count == 0
        || patterns.Any(pattern => pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == name);

    // What is no number is held up: nobody can say that it is within the limit.
    private static string? Judge(ApprovalRule rule, string name, double number) =>
        double.IsNaN(number) ? $"{name} is no number"
        : number > rule.Above ? string.Create(CultureInfo.InvariantCulture, $"{name} is {number}, above {rule.Above}")
        : number < rule.Below ? string.Create(CultureInfo.InvariantCulture, $"{name} is {number}, below {rule.Below}")
        : null;

    // 53 bits of a hash, as a number from 0 to just below 1.
    private static bool IsInSample(CloudEvent e, double share) =>
        (double)(ulong)(Hash128.OfUtf8($"{e.Source}\n{e.Id}") >> 75) / (1UL << 53) < share;

    /// <summary>The data of an event, read once for all rules.</summary>
    private sealed class Content
    {
        private JsonElement _json;
        private bool _isBroken;

        public string Text { get; private set; } = "";

        public static Content Of(CloudEvent e)
        {
            var content = new Content();
            if (e.Data is not { } bytes)
            {
                return content;
            }

            if (MediaType.IsJson(e.DataContentType))
            {
                try
                {
                    content._json = Parse(bytes.Span);
                    var words = new StringBuilder();
                    Collect(content._json, words);
                    content.Text = words.ToString();
                    return content;
                }
                catch (JsonException)
                {
                    content._isBroken = true;
                }
            }

            content.Text = Encoding.UTF8.GetString(bytes.Span);
            return content;
        }

        private static JsonElement Parse(ReadOnlySpan<byte> json)
        {
            var reader = new Utf8JsonReader(json);
            JsonElement parsed = JsonElement.ParseValue(ref reader);
            return BrokenText.IsIn(json) ? throw new JsonException() : parsed;
        }

        // Of what claims to be JSON and is not, nobody can say that the number is not there.
        public double? NumberAt(string path)
        {
            if (_isBroken)
            {
                return double.NaN;
            }

            if (DataPath.Find(_json, path) is not { } at)
            {
                return null;
            }

            return at.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.Number => at.GetDouble(),
                JsonValueKind.String when double.TryParse(at.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
                _ => double.NaN,
            };
        }

        // As people read it: without the escapes of JSON.
        private static void Collect(JsonElement value, StringBuilder words)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.String:
                    words.Append(value.GetString()).Append('\n');
                    break;
                case JsonValueKind.Array:
                    foreach (JsonElement item in value.EnumerateArray())
                    {
                        Collect(item, words);
                    }

                    break;
                case JsonValueKind.Object:
                    foreach (JsonProperty member in value.EnumerateObject())
                    {
                        Collect(member.Value, words);
                    }

                    break;
            }
        }
    }
}
