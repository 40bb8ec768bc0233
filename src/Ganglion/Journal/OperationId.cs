using System.Globalization;
using System.Text;
using Ganglion.Events;

namespace Ganglion.Journal;

/// <summary>Names an operation of an invocation: in the inbox, whose outcome a record brings; to an effect, the key under which it counts once.</summary>
internal readonly record struct OperationId(InvocationId Invocation, int Number) : ISpanFormattable
{
    /// <summary>The type of the event that a timer sends to the inbox.</summary>
    public const string TimerElapsed = "agent_timer_elapsed";

    /// <summary>The <see cref="Number"/> of what is no operation, but ends all of them: the caller gives up.</summary>
    public const int Cancellation = -1;

    private const string HeaderName = "__operation";

    // An invocation's id, a dash and a number.
    private const int MostChars = 64;

    /// <summary>Says that a record is for no operation, whatever a header before says.</summary>
    public static RecordHeader NoneHeader { get; } = new(HeaderName, "");

    /// <summary>Which operation a record in an inbox brings the outcome of.</summary>
    public static bool TryRead(in Record record, out OperationId operation)
    {
        Span<char> text = stackalloc char[MostChars];
        operation = default;
        return record.Headers is { Count: > 0 } headers
            && headers.TryGet("__operation"u8, out ReadOnlyMemory<byte> value)
            && Encoding.UTF8.TryGetChars(value.Span, text, out int length)
            && TryParse(text[..length], out operation);
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out OperationId operation)
    {
        operation = default;
        int dash = text.IndexOf('-');
        if (dash < 0
            || !InvocationId.TryParse(text[..dash], out InvocationId invocation)
            || !int.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return false;
        }

        operation = new OperationId(invocation, number);
        return true;
    }

    public RecordHeader ToHeader() => new(HeaderName, ToString());

    /// <summary>Says the same of a record that is being written.</summary>
    public void AddTo(ref RecordHeadersBuilder headers)
    {
        Span<char> text = stackalloc char[MostChars];
        text.TryWrite(CultureInfo.InvariantCulture, $"{Invocation}-{Number}", out int length);
        headers.Add("__operation"u8, text[..length]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Invocation}-{Number}");

    // As a part of a longer text it costs no string of its own.
    string IFormattable.ToString(string? format, IFormatProvider? provider) => ToString();

    bool ISpanFormattable.TryFormat(Span<char> destination, out int written, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite(CultureInfo.InvariantCulture, $"{Invocation}-{Number}", out written);
}
