using System.Diagnostics.CodeAnalysis;
using Ganglion.Brokers;

namespace Ganglion.Agents;

/// <summary>
/// Where a message is published to, as AutoGen names it: a topic of the broker, and within it a source, which is the key of the event's
/// record. Whoever subscribes to the topic handles the message in the instance whose key the source is.
/// </summary>
public readonly record struct TopicId : IParsable<TopicId>
{
    private readonly string? _type;
    private readonly string? _source;

    /// <summary>Names a topic and a source.</summary>
    /// <param name="type">1 to 240 characters of <c>a–z A–Z 0–9 . _ -</c>, neither <c>.</c> nor <c>..</c>.</param>
    /// <param name="source">Any text, the empty one included: a session, an order.</param>
    /// <exception cref="FormatException">The type can name no topic.</exception>
    public TopicId(string type, string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!IsValidType(type))
        {
            throw new FormatException($"'{type}' can name no topic: take 1 to 240 of the characters a-z A-Z 0-9 . _ -, and neither '.' nor '..'.");
        }

        _type = type;
        _source = source;
    }

    /// <summary>The channel, which a route maps onto a topic of the broker.</summary>
    public string Type => _type ?? string.Empty;

    /// <summary>What the message is about; the key of its record, and of the instances that handle it.</summary>
    public string Source => _source ?? string.Empty;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="s">The type, a slash, and the source.</param>
    /// <exception cref="FormatException">There is no slash, or what stands before the first one can name no topic.</exception>
    public static TopicId Parse(string s) => Parse(s, null);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="s">The type, a slash, and the source.</param>
    /// <param name="provider">Not used.</param>
    /// <exception cref="FormatException">There is no slash, or what stands before the first one can name no topic.</exception>
    public static TopicId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out TopicId id)
            ? id
            : throw new FormatException($"'{s}' is no topic id: write the type, a slash, and the source, as in 'invoices/INV-1001'.");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="s">The type, a slash, and the source.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The topic id.</param>
    /// <returns>Whether the text is a topic id.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TopicId result)
    {
        result = default;
        int slash = s?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || !IsValidType(s![..slash]))
        {
            return false;
        }

        result = new TopicId(s[..slash], s[(slash + 1)..]);
        return true;
    }

    /// <summary>The type, a slash, and the source as it is.</summary>
    public override string ToString() => $"{Type}/{Source}";

    private static bool IsValidType(string? type) => type is not null && TopicName.IsValid(type, AgentDefinition.MaxChannelLength);
}
