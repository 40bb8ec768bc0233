using System.Globalization;
using System.Text;
using Ganglion.Events;

namespace Ganglion.Journal;

/// <summary>Names an operation of an invocation to the outside: what is to be answered, and the key under which an effect counts once.</summary>
internal readonly record struct RequestId(InvocationId Invocation, int Number)
{
    /// <summary>The type of the event that a timer sends to the inbox.</summary>
    public const string TimerElapsed = "agent_timer_elapsed";

    private const string HeaderName = "__request";

    /// <summary>Which operation a record in an inbox brings the outcome of.</summary>
    public static bool TryRead(in Record record, out RequestId request)
    {
        request = default;
        return record.Headers is { Count: > 0 } headers
            && headers.TryGet("__request"u8, out ReadOnlyMemory<byte> text)
            && TryParse(Encoding.UTF8.GetString(text.Span), out request);
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RequestId request)
    {
        request = default;
        int dash = text.IndexOf('-');
        if (dash < 0
            || !InvocationId.TryParse(text[..dash], out InvocationId invocation)
            || !int.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return false;
        }

        request = new RequestId(invocation, number);
        return true;
    }

    public RecordHeader ToHeader() => new(HeaderName, ToString());

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Invocation}-{Number}");
}
