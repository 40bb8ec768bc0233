using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Ganglion.Guards.Pii;

/// <summary>Finds addresses of the Internet protocol, of both versions.</summary>
internal static class IpAddresses
{
    private const int LongestV6 = 45;
    private static readonly SearchValues<char> OfV6 = SearchValues.Create("0123456789abcdef:.");

    /// <summary>The address of version 4 that begins at a place.</summary>
    public static bool TryReadV4(ReadOnlySpan<char> text, int at, out int end)
    {
        end = at;
        for (int octet = 0; octet < 4; octet++)
        {
            if (octet > 0)
            {
                if (end >= text.Length || text[end] != '.')
                {
                    return false;
                }

                end++;
            }

            int start = end;
            int value = 0;
            while (end < text.Length && end - start < 3 && char.IsAsciiDigit(text[end]))
            {
                value = (value * 10) + text[end++] - '0';
            }

            if (end == start || value > 255 || (end - start > 1 && text[start] == '0'))
            {
                return false;
            }
        }

        // A fifth number makes it something else.
        return end == text.Length
            || !(char.IsAsciiLetterOrDigit(text[end]) || (text[end] == '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1])));
    }

    /// <summary>The address of version 6 around a colon.</summary>
    /// <param name="text">The folded text.</param>
    /// <param name="colon">Where the colon is.</param>
    /// <param name="floor">Where the address can begin.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="end">Where it ends; if there is none, up to where no colon is that of another.</param>
    public static bool TryFindV6(ReadOnlySpan<char> text, int colon, int floor, out int start, out int end)
    {
        start = colon;
        while (start > floor && colon - start < LongestV6 && OfV6.Contains(text[start - 1]))
        {
            start--;
        }

        end = colon;
        while (end < text.Length && end - colon < LongestV6 && OfV6.Contains(text[end]))
        {
            end++;
        }

        // The point or colon behind it belongs to the sentence.
        while (end > colon + 1 && (text[end - 1] == '.' || (text[end - 1] == ':' && text[end - 2] != ':')))
        {
            end--;
        }

        ReadOnlySpan<char> address = text[start..end];
        return address.Count(':') >= 2
            && address.ContainsAnyInRange('0', '9')
            && (start == 0 || !char.IsLetterOrDigit(text[start - 1]))
            && (end == text.Length || !char.IsLetterOrDigit(text[end]))
            && IPAddress.TryParse(address, out IPAddress? parsed)
            && parsed.AddressFamily == AddressFamily.InterNetworkV6;
    }
}
