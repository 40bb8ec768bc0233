using System.Collections.Frozen;

namespace Ganglion.Guards.Pii;

/// <summary>Finds IBANs (ISO 13616): those of a country in the registry, of its length, with the right check digits.</summary>
internal static class Ibans
{
    private static readonly FrozenDictionary<string, int> Lengths = (
        "ad24 ae23 al28 at20 az28 ba20 be16 bg22 bh22 bi27 br29 by28 ch21 cr22 cy28 cz24 de22 dj27 dk18 do28 ee20 eg29 es24 fi18 fk18 fo18 fr27 gb22 ge22 "
        + "gi23 gl18 gr27 gt28 hn28 hr21 hu28 ie22 il23 iq23 is26 it27 jo30 kw30 kz20 lb28 lc32 li21 lt20 lu20 lv21 ly25 mc27 md24 me22 mk19 mn20 mr27 mt31 "
        + "mu30 ni28 nl18 no15 om23 pk24 pl28 ps29 pt25 qa29 ro24 rs22 ru33 sa24 sc31 sd18 se24 si19 sk24 sm27 so23 st25 sv28 tl23 tn24 tr26 ua29 va22 vg24 "
        + "xk20 ye30").Split(' ').ToFrozenDictionary(row => row[..2], row => int.Parse(row.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture));

    private static readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Lookup = Lengths.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The IBAN that begins at a place.</summary>
    /// <param name="text">The folded text.</param>
    /// <param name="at">The place: the beginning of a word.</param>
    /// <param name="end">Where it ends.</param>
    public static bool TryRead(ReadOnlySpan<char> text, int at, out int end)
    {
        end = at;
        if (text.Length - at < 15
            || !char.IsAsciiDigit(text[at + 2]) || !char.IsAsciiDigit(text[at + 3])
            || !Lookup.TryGetValue(text.Slice(at, 2), out int length))
        {
            return false;
        }

        Span<char> characters = stackalloc char[34];
        int count = 0;
        while (end < text.Length && count < length)
        {
            char character = text[end];
            if (char.IsAsciiLetterOrDigit(character))
            {
                characters[count++] = character;
            }
            else if (character is not (' ' or '-') || !char.IsAsciiLetterOrDigit(text[end - 1]))
            {
                break;
            }

            end++;
        }

        return count == length && (end == text.Length || !char.IsAsciiLetterOrDigit(text[end])) && IsRight(characters[..count]);
    }

    // The first four go last, letters count from 10 on, and the remainder by 97 is 1.
    private static bool IsRight(ReadOnlySpan<char> iban)
    {
        int rest = 0;
        for (int i = 0; i < iban.Length; i++)
        {
            char character = iban[(i + 4) % iban.Length];
            rest = char.IsAsciiDigit(character) ? ((rest * 10) + character - '0') % 97 : ((rest * 100) + character - 'a' + 10) % 97;
        }

        return rest == 1;
    }
}
