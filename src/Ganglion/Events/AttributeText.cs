using System.Runtime.CompilerServices;
using System.Text;

namespace Ganglion.Events;

/// <summary>
/// The rules for the text of attributes (CloudEvents 1.0.2, "Type System", String): no control characters, no broken surrogate
/// pairs; and beyond extensions, never empty.
/// </summary>
internal static class AttributeText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Required(string value, [CallerMemberName] string name = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(value, name);
        return Any(value, name);
    }

    public static string? Optional(string? value, [CallerMemberName] string name = "") =>
        value is null ? null : Required(value, name);

    public static string Any(string value, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return IsLegal(value)
            ? value
            : throw new ArgumentException($"The event attribute {name} holds a control character or a broken surrogate pair.", name);
    }

    /// <summary>Reads text from UTF-8; <see langword="null"/> if it is not UTF-8 or not legal.</summary>
    public static string? Read(ReadOnlySpan<byte> utf8)
    {
        if (IsPlain(utf8))
        {
            return Encoding.Latin1.GetString(utf8);
        }

        try
        {
            string text = StrictUtf8.GetString(utf8);
            return IsLegal(text) ? text : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Whether all bytes are printable ASCII.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> utf8) => !utf8.ContainsAnyExceptInRange((byte)' ', (byte)'~');

    private static bool IsLegal(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyExceptInRange(' ', '~'))
        {
            return true;
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
            {
                return false;
            }

            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return false;
                }

                i++;
            }
        }

        return true;
    }
}
