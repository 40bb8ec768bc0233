using System.Globalization;

namespace Ganglion.Guards.Texts;

/// <summary>The words of folded text, one after the other. Where words are written without spaces between, each character is one.</summary>
internal ref struct Words(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _next;

    public int Start { get; private set; }

    public int End { get; private set; }

    public readonly ReadOnlySpan<char> Current => _text[Start..End];

    public bool MoveNext()
    {
        int at = _next;
        while (at < _text.Length && !IsPart(_text[at]))
        {
            at++;
        }

        Start = at;
        if (at < _text.Length && StandsAlone(_text[at]))
        {
            at++;
        }
        else
        {
            while (at < _text.Length && IsPart(_text[at]) && !StandsAlone(_text[at]))
            {
                at++;
            }
        }

        End = at;
        _next = at;
        return End > Start;
    }

    /// <summary>Where the last phrase ended: no other begins before.</summary>
    public int Floor { get; private set; }

    /// <summary>Goes on behind a phrase.</summary>
    public void Skip(int to)
    {
        _next = to;
        Floor = to;
    }

    private static bool IsPart(char character) => char.IsAscii(character)
        ? char.IsAsciiLetterOrDigit(character)
        : char.IsLetterOrDigit(character)
            || char.IsSurrogate(character)
            || char.GetUnicodeCategory(character) is UnicodeCategory.SpacingCombiningMark or UnicodeCategory.NonSpacingMark;

    // Chinese, Japanese and Korean, Thai, Lao, Burmese and Khmer.
    private static bool StandsAlone(char character) =>
        character >= '\u0E00'
        && character is (>= '\u0E00' and <= '\u0EFF') or (>= '\u1000' and <= '\u109F') or (>= '\u1780' and <= '\u17FF')
            or (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7A3') or (>= '\uF900' and <= '\uFAFF');
}
