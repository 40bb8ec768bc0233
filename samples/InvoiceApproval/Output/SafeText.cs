using System.Globalization;

namespace InvoiceApproval.Output;

/// <summary>Text for a terminal: what comes from events may not steer it, nor break or turn its lines.</summary>
internal static class SafeText
{
    public static string Of(string text) => text.Any(IsUnsafe) ? string.Concat(text.Select(c => IsUnsafe(c) ? '·' : c)) : text;

    private static bool IsUnsafe(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
