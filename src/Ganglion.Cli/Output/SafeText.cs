using System.Globalization;
using System.Text;

namespace Ganglion.Cli.Output;

/// <summary>
/// Text from events for a terminal: whatever could move the cursor, change colours, break the line or turn its direction is
/// shown as an escape, as in <c>\n</c> or <c>\u001b</c>.
/// </summary>
internal static class SafeText
{
    public static string Escape(string text)
    {
        int first = 0;
        while (first < text.Length && !IsUnsafe(text, first))
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var safe = new StringBuilder(text, 0, first, text.Length + 16);
        for (int i = first; i < text.Length; i++)
        {
            if (!IsUnsafe(text, i))
            {
                safe.Append(text[i]);
                continue;
            }

            _ = text[i] switch
            {
                '\n' => safe.Append("\\n"),
                '\r' => safe.Append("\\r"),
                '\t' => safe.Append("\\t"),
                _ => safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}"),
            };
        }

        return safe.ToString();
    }

    /// <summary>The same for JSON on one line, which stays the same JSON: between its tokens, only tabs can be unsafe.</summary>
    public static string EscapeJson(string json) => Escape(json.Replace('\t', ' '));

    private static bool IsUnsafe(string text, int index) => char.GetUnicodeCategory(text[index]) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => text[index] is not ('\u200d' or '\u00ad'),
        UnicodeCategory.Surrogate => !IsPaired(text, index),
        _ => false,
    };

    private static bool IsPaired(string text, int index) => char.IsHighSurrogate(text[index])
        ? index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])
        : index > 0 && char.IsHighSurrogate(text[index - 1]);
}
