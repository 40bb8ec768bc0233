using System.Text;

namespace MarketingAssistant.Sinks;

/// <summary>
/// Text for the headers of e-mails, as encoded words (RFC 2047): of whatever characters it is made, none of them can end a header or begin another, also not
/// for who decodes it.
/// </summary>
internal static class EncodedWords
{
    // So that a word is no longer than 75 characters, and a line no longer than 76.
    private const int MaxBytes = 42;

    public static string Of(string text)
    {
        string line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return IsPlain(line) ? line : string.Join("\r\n ", ChunksOf(line).Select(chunk => $"=?utf-8?B?{Convert.ToBase64String(chunk)}?="));
    }

    private static bool IsPlain(string text) => text.Length is > 0 and <= MaxBytes && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-');

    private static IEnumerable<byte[]> ChunksOf(string text)
    {
        var chunk = new List<byte>();
        foreach (Rune rune in text.EnumerateRunes())
        {
            byte[] bytes = Encoding.UTF8.GetBytes(rune.ToString());
            if (chunk.Count + bytes.Length > MaxBytes)
            {
                yield return [.. chunk];
                chunk.Clear();
            }

            chunk.AddRange(bytes);
        }

        yield return [.. chunk];
    }
}
