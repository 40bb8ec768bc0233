using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ganglion.Events;

/// <summary>How the HTTP binding (section 3.1.3.2, "HTTP Header Values") puts any text into a header.</summary>
internal static class PercentEncoding
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range('!', '~' - '!' + 1).Select(letter => (char)letter).Except(['"', '%'])]);

    /// <summary>Encodes the space, the double quote, the percent sign, and whatever is not printable ASCII.</summary>
    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + 16);
        foreach (byte next in Encoding.UTF8.GetBytes(text))
        {
            if (Plain.Contains((char)next))
            {
                encoded.Append((char)next);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{next:X2}");
            }
        }

        return encoded.ToString();
    }

    /// <summary>
    /// Decodes to UTF-8, as yet unchecked. Quotation marks around the whole are taken off first; what only looks like an escape
    /// stays.
    /// </summary>
    public static byte[] Decode(string header)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(header is ['"', .., '"'] ? Unquote(header) : header);
        int written = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            bool isEscape = bytes[i] == '%' && i + 2 < bytes.Length
                && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]);
            if (isEscape)
            {
                Convert.FromHexString(bytes.AsSpan(i + 1, 2), bytes.AsSpan(written, 1), out _, out _);
                i += 2;
            }
            else
            {
                bytes[written] = bytes[i];
            }

            written++;
        }

        return bytes[..written];
    }

    private static string Unquote(string quoted)
    {
        var text = new StringBuilder(quoted.Length);
        for (int i = 1; i < quoted.Length - 1; i++)
        {
            if (quoted[i] == '\\' && i + 1 < quoted.Length - 1)
            {
                i++;
            }

            text.Append(quoted[i]);
        }

        return text.ToString();
    }
}
