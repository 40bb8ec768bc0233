using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ganglion.Guards.Texts;

/// <summary>
/// Text as it is compared: in lower case, without marks and invisible characters, plain letters in the place of styled ones and of those that only look
/// like them. It knows where in the text each of its characters comes from. Its memory is lent: dispose of it.
/// </summary>
internal readonly ref struct FoldedText
{
    private readonly ReadOnlySpan<char> _original;
    private readonly char[] _characters;
    private readonly int[]? _origins;
    private readonly int _length;

    public FoldedText(ReadOnlySpan<char> text)
    {
        _original = text;
        if (Ascii.IsValid(text))
        {
            _characters = ArrayPool<char>.Shared.Rent(text.Length);
            Ascii.ToLower(text, _characters, out _length);
        }
        else
        {
            // What one character becomes is no longer than three.
            _characters = ArrayPool<char>.Shared.Rent((text.Length * 3) + 1);
            _origins = ArrayPool<int>.Shared.Rent((text.Length * 3) + 1);
            _length = Fold(text, _characters, _origins);
        }
    }

    public ReadOnlySpan<char> Span => _characters.AsSpan(0, _length);

    /// <summary>Where a stretch of the folded text lies in the original.</summary>
    public (int Start, int End) Original(int start, int end)
    {
        if (_origins is null)
        {
            return (start, end);
        }

        int last = end;
        while (last < _length && end > 0 && _origins[last] == _origins[end - 1])
        {
            last++;
        }

        return (_origins[start], last < _length ? _origins[last] : _original.Length);
    }

    public void Dispose()
    {
        ArrayPool<char>.Shared.Return(_characters);
        if (_origins is not null)
        {
            ArrayPool<int>.Shared.Return(_origins);
        }
    }

    /// <summary>The folded form of a short text.</summary>
    public static string Fold(string text)
    {
        using var folded = new FoldedText(text);
        return folded.Span.ToString();
    }

    private static int Fold(ReadOnlySpan<char> text, char[] characters, int[] origins)
    {
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char character = text[i];
            if (char.IsAscii(character))
            {
                characters[length] = char.ToLowerInvariant(character);
                origins[length++] = i;
            }
            else if (char.IsHighSurrogate(character) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                length = Add(new Rune(character, text[i + 1]), i, characters, origins, length);
                i++;
            }
            else
            {
                length = Add(text, i, characters, origins, length);
            }
        }

        return length;
    }

    private static int Add(Rune letter, int origin, char[] characters, int[] origins, int length)
    {
        if (Rune.GetUnicodeCategory(letter) == UnicodeCategory.Format || letter.Value is >= 0xE0100 and <= 0xE01EF)
        {
            return length;
        }

        string folded = FoldTable.Fold(letter) ?? Rune.ToLowerInvariant(letter).ToString();
        foreach (char character in folded)
        {
            characters[length] = character;
            origins[length++] = origin;
        }

        return length;
    }

    private static int Add(ReadOnlySpan<char> text, int origin, char[] characters, int[] origins, int length)
    {
        char letter = char.ToLowerInvariant(text[origin]);
        char folded = FoldTable.Fold(letter, out string? several);
        if (several is not null)
        {
            foreach (char one in several)
            {
                characters[length] = one;
                origins[length++] = origin;
            }

            return length;
        }

        if (folded == letter)
        {
            if (IsInvisible(letter))
            {
                return length;
            }

            folded = char.IsSeparator(letter) ? ' '
                : IsBesideLatin(text, origin, origins, length) ? LatinLookAlike(letter)
                : letter;
        }

        characters[length] = folded;
        origins[length] = origin;
        return length + 1;
    }

    // Marks on letters of scripts in which they only tell how a word is said; elsewhere, as in Hindi and Thai, they are vowels.
    private static bool IsInvisible(char letter) => letter switch
    {
        (>= '\u0300' and <= '\u036F') or (>= '\u0483' and <= '\u0489') or (>= '\u0591' and <= '\u05BD') or (>= '\u05BF' and <= '\u05C7') => true,
        (>= '\u064B' and <= '\u065F') or '\u0670' or (>= '\u06D6' and <= '\u06DC') or (>= '\u06DF' and <= '\u06E4') => true,
        (>= '\u1AB0' and <= '\u1AFF') or (>= '\u1DC0' and <= '\u1DFF') or (>= '\u20D0' and <= '\u20FF') => true,
        (>= '\uFE00' and <= '\uFE0F') or (>= '\uFE20' and <= '\uFE2F') => true,
        '\u115F' or '\u1160' or '\u3164' or '\uFFA0' => true,
        _ => char.GetUnicodeCategory(letter) == UnicodeCategory.Format,
    };

    private static bool IsBesideLatin(ReadOnlySpan<char> text, int origin, int[] origins, int length)
    {
        const int far = 4;
        int next = origin + 1;
        while (next < text.Length && next - origin < far && IsInvisible(text[next]))
        {
            next++;
        }

        return (length > 0 && char.IsAsciiLetter(text[origins[length - 1]])) || (next < text.Length && char.IsAsciiLetter(text[next]));
    }

    // Letters of which only the capital looks like a Latin one: on their own they are what they are.
    private static char LatinLookAlike(char letter) => letter switch
    {
        'в' or 'β' => 'b',
        'н' or 'η' => 'h',
        'к' => 'k',
        'м' or 'μ' => 'm',
        'т' or 'τ' => 't',
        'ε' => 'e',
        'ζ' => 'z',
        _ => letter,
    };
}
