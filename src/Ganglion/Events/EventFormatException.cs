using System.Text;

namespace Ganglion.Events;

/// <summary>
/// What claims to be an event is none: an attribute is missing or malformed. Its producer has to be corrected; trying again
/// does not help.
/// </summary>
public sealed class EventFormatException : GanglionException
{
    private const int LongestValue = 80;

    /// <summary>Creates the exception, with the code <c>event-malformed</c>.</summary>
    /// <param name="header">See <see cref="Header"/>.</param>
    /// <param name="message">What is wrong, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public EventFormatException(string header, string message, Exception? innerException = null)
        : base("event-malformed", message, innerException)
    {
        Header = header;
    }

    /// <summary>
    /// The offending header, such as <c>ce_time</c>; in a structured event the offending member, such as <c>time</c>, or <c>$</c> if
    /// it is the whole.
    /// </summary>
    public string Header { get; }

    /// <summary>A header or member is there, but not as it has to be.</summary>
    /// <param name="header">The header or member.</param>
    /// <param name="value">What it holds.</param>
    /// <param name="rule">What it has to be, ending the sentence "it must …".</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    internal static EventFormatException Malformed(
        string header, ReadOnlySpan<byte> value, string rule, Exception? innerException = null) =>
        new(header, $"The event's '{header}' is '{Show(value)}': it must {rule}.", innerException);

    /// <summary>Text that is safe to show and not too long, whatever the bytes are.</summary>
    internal static string Show(ReadOnlySpan<byte> value)
    {
        bool cut = value.Length > LongestValue;
        string text = Encoding.UTF8.GetString(cut ? value[..LongestValue] : value);
        return string.Create(text.Length + (cut ? 1 : 0), (text, cut), static (shown, from) =>
        {
            for (int i = 0; i < from.text.Length; i++)
            {
                shown[i] = char.IsControl(from.text[i]) ? '\uFFFD' : from.text[i];
            }

            if (from.cut)
            {
                shown[^1] = '…';
            }
        });
    }
}
