using System.Buffers;

namespace Ganglion.Guards.Pii;

/// <summary>Finds e-mail addresses as people write them (RFC 5321, without quoted local parts and addresses in brackets).</summary>
internal static class EmailAddresses
{
    private const int LongestLocalPart = 64;
    private const int LongestDomain = 255;
    private static readonly SearchValues<char> OfLocalParts = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+/=?^_`{|}~.-");

    /// <summary>The address around an at sign.</summary>
    /// <param name="text">The folded text.</param>
    /// <param name="at">Where the sign is.</param>
    /// <param name="floor">Where the address can begin.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="end">Where it ends.</param>
    public static bool TryFind(ReadOnlySpan<char> text, int at, int floor, out int start, out int end)
    {
        start = at;
        while (start > floor && at - start < LongestLocalPart && IsOfLocalPart(text[start - 1]))
        {
            start--;
        }

        while (start < at && text[start] is '.' or '\'' or '`' or '/' or '=' or '*' or '{' or '|')
        {
            start++;
        }

        end = at + 1;
        int label = end;
        int lastLabel = -1;
        while (end < text.Length && end - at <= LongestDomain)
        {
            char character = text[end];
            if (character == '.' && end > label && end + 1 < text.Length && IsOfDomain(text[end + 1]) && text[end + 1] != '-')
            {
                lastLabel = end + 1;
                label = ++end;
            }
            else if (IsOfDomain(character))
            {
                end++;
            }
            else
            {
                break;
            }
        }

        while (end > label && text[end - 1] == '-')
        {
            end--;
        }

        return start < at && text[at - 1] != '.' && lastLabel > 0 && end - lastLabel >= 2 && char.IsLetter(text[lastLabel]);
    }

    private static bool IsOfLocalPart(char character) => OfLocalParts.Contains(character) || (!char.IsAscii(character) && char.IsLetterOrDigit(character));

    private static bool IsOfDomain(char character) => character == '-' || char.IsLetterOrDigit(character);
}
