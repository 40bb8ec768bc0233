using System.Diagnostics.CodeAnalysis;

namespace Ganglion.Agents;

/// <summary>One instance of an agent: its type and its key. An instance handles one event at a time, in order.</summary>
/// <param name="Type">The kind of agent.</param>
/// <param name="Key">Any text, the empty one and slashes included: an invoice's number, a session, a sensor.</param>
public readonly record struct AgentId(AgentType Type, string Key) : IParsable<AgentId>
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="s">A type, a slash, and the key.</param>
    /// <exception cref="FormatException">There is no slash, or what stands before the first one is no agent's type.</exception>
    public static AgentId Parse(string s) => Parse(s, null);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="s">A type, a slash, and the key.</param>
    /// <param name="provider">Not used.</param>
    /// <exception cref="FormatException">There is no slash, or what stands before the first one is no agent's type.</exception>
    public static AgentId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out AgentId id)
            ? id
            : throw new FormatException($"'{s}' is no agent id: write the agent's type, a slash, and the key, as in 'invoice-classifier/INV-1001'.");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="s">A type, a slash, and the key.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The agent id.</param>
    /// <returns>Whether the text is an agent id.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AgentId result)
    {
        result = default;
        int slash = s?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || !AgentType.TryParse(s![..slash], provider, out AgentType type))
        {
            return false;
        }

        result = new AgentId(type, s[(slash + 1)..]);
        return true;
    }

    /// <summary>
    /// The type, a slash, and the key as it is. A type holds no slash, so <see cref="Parse(string)"/> finds both again whatever the key
    /// holds.
    /// </summary>
    public override string ToString() => $"{Type}/{Key}";
}
