using System.Diagnostics.CodeAnalysis;
using Ganglion.Brokers;

namespace Ganglion.Agents;

/// <summary>
/// The name of a kind of agent. It is also the name of its consumer group and the beginning of the names of its own topics
/// (<c>name.inbox</c>, <c>name.state</c>, <c>name.timers</c>), so it is made of the same characters as a topic's name.
/// </summary>
public readonly record struct AgentType : IParsable<AgentType>
{
    /// <summary>The longest name, in characters, that leaves room for the suffixes of the agent's topics.</summary>
    public const int MaxLength = 200;

    private readonly string? _name;

    /// <summary>Names a kind of agent.</summary>
    /// <param name="name">1 to <see cref="MaxLength"/> characters of <c>a–z A–Z 0–9 . _ -</c>, neither <c>.</c> nor <c>..</c>.</param>
    /// <exception cref="FormatException">The name is none.</exception>
    public AgentType(string name)
    {
        if (!IsValid(name))
        {
            throw new FormatException(
                $"'{name}' cannot name an agent: take 1 to {MaxLength} of the characters a-z A-Z 0-9 . _ -, and neither '.' nor '..'.");
        }

        _name = name;
    }

    /// <summary>The name.</summary>
    public string Name => _name ?? string.Empty;

    /// <summary>Whether a text can name an agent.</summary>
    /// <param name="name">The text.</param>
    public static bool IsValid([NotNullWhen(true)] string? name) =>
        name is not null && TopicName.IsValid(name, MaxLength);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="s">The name.</param>
    /// <exception cref="FormatException">The text cannot name an agent.</exception>
    public static AgentType Parse(string s) => Parse(s, null);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="s">The name.</param>
    /// <param name="provider">Not used.</param>
    /// <exception cref="FormatException">The text cannot name an agent.</exception>
    public static AgentType Parse(string s, IFormatProvider? provider) => new(s);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="s">The name.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The agent's type.</param>
    /// <returns>Whether the text can name an agent.</returns>
    public static bool TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, out AgentType result)
    {
        bool valid = IsValid(s);
        result = valid ? new AgentType(s!) : default;
        return valid;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
