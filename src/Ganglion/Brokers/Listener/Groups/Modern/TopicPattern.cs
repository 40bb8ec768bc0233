using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>
/// Topics by a regular expression, which describes the whole name. It is matched without backtracking, in a time that grows with the name and not with
/// what somebody has thought up; so there are no back references and no lookarounds, as in RE2, which Kafka uses.
/// </summary>
internal sealed class TopicPattern
{
    /// <summary>The longest expression: what it costs to match a name grows with it, to a tenth of a second at worst.</summary>
    public const int MaxLength = 512;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private readonly Regex _regex;

    private TopicPattern(string text, Regex regex)
    {
        Text = text;
        _regex = regex;
    }

    /// <summary>The expression as it was written.</summary>
    public string Text { get; }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="pattern">What it means.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out TopicPattern? pattern, [NotNullWhen(false)] out string? fault)
    {
        pattern = null;
        fault = text.Length > MaxLength ? $"It has {text.Length} characters; allowed are {MaxLength}." : null;
        if (fault is not null)
        {
            return false;
        }

        try
        {
            // Alone first: "a)|(b" is none, and would be one with brackets around it.
            _ = new Regex(text, Options);
            pattern = new TopicPattern(text, new Regex($@"\A(?:{text})\z", Options));
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            fault = exception.Message;
            return false;
        }
    }

    public bool Matches(string topic) => _regex.IsMatch(topic);
}
