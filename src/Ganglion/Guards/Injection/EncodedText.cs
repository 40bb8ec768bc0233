using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Ganglion.Guards.Injection;

/// <summary>Finds text within a text that is written in base 64, in hexadecimal digits, or with percent signs.</summary>
internal static class EncodedText
{
    private const int Shortest = 24;
    private const int Longest = 16 * 1024;
    private const int MostRuns = 8;
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=%");
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What is encoded in a text.</summary>
    /// <param name="text">The text as it was written.</param>
    /// <returns>The texts; <see langword="null"/> if there are none.</returns>
    public static List<string>? Find(ReadOnlySpan<char> text)
    {
        List<string>? found = null;
        int at = 0;
        for (int runs = 0; runs < MostRuns && at < text.Length;)
        {
            int start = text[at..].IndexOfAny(Letters);
            if (start < 0)
            {
                break;
            }

            start += at;
            int length = text[start..].IndexOfAnyExcept(Letters);
            at = length < 0 ? text.Length : start + length;
            if (at - start >= Shortest)
            {
                runs++;
                if (Decode(text[start..Math.Min(at, start + Longest)]) is { } decoded)
                {
                    (found ??= []).Add(decoded);
                }
            }
        }

        return found;
    }

    private static string? Decode(ReadOnlySpan<char> run)
    {
        if (run.Contains('%'))
        {
            return run.Count('%') >= 5 ? Uri.UnescapeDataString(run) : null;
        }

        ReadOnlySpan<char> core = run.TrimEnd('=');
        byte[] bytes = ArrayPool<byte>.Shared.Rent(core.Length + 3);
        try
        {
            return IsHexadecimal(core) && Convert.FromHexString(core, bytes, out _, out int hexadecimal) == OperationStatus.Done && AsText(bytes.AsSpan(0, hexadecimal)) is { } text
                ? text
                : AsText(bytes.AsSpan(0, FromBase64(core, bytes)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static bool IsHexadecimal(ReadOnlySpan<char> core) => core.Length % 2 == 0 && !core.ContainsAnyExcept(Hexadecimal);

    private static int FromBase64(ReadOnlySpan<char> core, byte[] bytes)
    {
        // A single character over is half of nothing.
        core = core.Length % 4 == 1 ? core[..^1] : core;
        char[] url = ArrayPool<char>.Shared.Rent(core.Length);
        try
        {
            core.CopyTo(url);
            Span<char> plain = url.AsSpan(0, core.Length);
            plain.Replace('+', '-');
            plain.Replace('/', '_');
            return Base64Url.DecodeFromChars(plain, bytes, out _, out int written) == OperationStatus.Done ? written : 0;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(url);
        }
    }

    // Words with spaces between them, and not bytes that happen to be letters.
    private static string? AsText(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8 || !System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return null;
        }

        string text = StrictUtf8.GetString(bytes);
        int readable = text.Count(character => char.IsLetterOrDigit(character) || char.IsWhiteSpace(character) || char.IsPunctuation(character));
        return readable * 10 >= text.Length * 9 && text.Contains(' ') ? text : null;
    }
}
