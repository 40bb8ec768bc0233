using System.Globalization;
using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Journal;

/// <summary>
/// Names an invocation: one event, handled by one instance of an agent. Derived from both, so that an event that comes again finds
/// what was recorded.
/// </summary>
internal readonly record struct InvocationId(UInt128 Value) : ISpanFormattable, IUtf8SpanFormattable
{
    private const string Format = "x32";

    public static InvocationId Of(CloudEvent @event, string channel, string agent, string key) =>
        new(Hash128.Of([@event.Source, @event.Id, channel, agent, key]));

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out InvocationId id)
    {
        bool isValid = UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 value) && text.Length == 32;
        id = new InvocationId(value);
        return isValid;
    }

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString(Format, CultureInfo.InvariantCulture);

    // As a part of a longer text it costs no string of its own.
    string IFormattable.ToString(string? format, IFormatProvider? provider) => ToString();

    bool ISpanFormattable.TryFormat(Span<char> destination, out int written, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        Value.TryFormat(destination, out written, Format, CultureInfo.InvariantCulture);

    bool IUtf8SpanFormattable.TryFormat(Span<byte> destination, out int written, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        Value.TryFormat(destination, out written, Format, CultureInfo.InvariantCulture);
}
