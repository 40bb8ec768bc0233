namespace MarketingAssistant.Sinks;

/// <summary>Rows of a CSV file (RFC 4180), of which no cell is a formula to whoever opens it in a spreadsheet.</summary>
internal static class Csv
{
    private const string End = "\r\n";

    public static string RowOf(IEnumerable<string> cells) => string.Join(',', cells.Select(CellOf)) + End;

    public static string CellOf(string text)
    {
        string cell = text is ['=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '\t' or '\r' or '\n', ..] ? "'" + text : text;
        return cell.AsSpan().ContainsAny("\",\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
    }

    /// <summary>The rows of a file as they are, each with its end. No row ends within quotes.</summary>
    public static IEnumerable<string> RowsOf(string file)
    {
        int start = 0;
        bool isQuoted = false;
        for (int i = 0; i < file.Length; i++)
        {
            isQuoted ^= file[i] == '"';
            if (!isQuoted && file[i] == '\n')
            {
                yield return file[start..(i + 1)];
                start = i + 1;
            }
        }

        if (start < file.Length)
        {
            yield return file[start..] + End;
        }
    }
}
