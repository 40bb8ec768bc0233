namespace Ganglion.Guards;

/// <summary>A piece of the text in an event's data: one value of its JSON, or the whole of it.</summary>
public readonly struct TextPart
{
    internal TextPart(ReadOnlyMemory<char> text, int start, int length, bool isNumber)
    {
        Text = text;
        Start = start;
        Length = length;
        IsNumber = isNumber;
    }

    /// <summary>The text, as whoever reads the JSON would have it: without quotes and escapes.</summary>
    public ReadOnlyMemory<char> Text { get; }

    /// <summary>
    /// It is written as a number: one of twelve digits or more, which are rather a name (of a card, of a phone) than a quantity. If it is changed, it
    /// becomes a string.
    /// </summary>
    public bool IsNumber { get; }

    /// <summary>Where its bytes lie in the data, quotes and all.</summary>
    internal int Start { get; }

    internal int Length { get; }
}
