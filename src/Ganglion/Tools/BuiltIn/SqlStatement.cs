namespace Ganglion.Tools.BuiltIn;

/// <summary>
/// Looks whether a text is one query and nothing else, in whichever dialect. What two dialects read differently, such as comments and backslashes within strings, is refused: else a text could be harmless
/// to us and harmful to the database.
/// </summary>
internal static class SqlStatement
{
    private const int LongestText = 20_000;

    // Words with which a statement begins that is no query: some databases need no semicolon before it.
    private static readonly HashSet<string> Writing = new(StringComparer.OrdinalIgnoreCase)
    {
        "insert", "update", "delete", "merge", "drop", "alter", "create", "truncate", "grant", "revoke", "deny", "exec", "execute", "call", "into", "copy", "do", "lock", "attach", "detach", "pragma",
        "vacuum", "commit", "rollback", "savepoint", "begin", "declare", "set", "use", "shutdown", "kill", "backup", "restore", "dbcc", "waitfor", "bulk", "openrowset", "opendatasource", "openquery",
    };

    /// <exception cref="FormatException">It is not; the message says why.</exception>
    public static void RequireQuery(string sql)
    {
        if (sql.Length > LongestText)
        {
            throw new FormatException($"The query has {sql.Length} characters: take at most {LongestText}.");
        }

        string? first = null;
        bool isOver = false;
        for (int i = 0; i < sql.Length;)
        {
            char letter = sql[i];
            if (char.IsWhiteSpace(letter))
            {
                i++;
            }
            else if (isOver)
            {
                throw new FormatException("One query at a time: nothing may stand behind the semicolon.");
            }
            else if (letter == ';')
            {
                isOver = true;
                i++;
            }
            else if (char.IsLetter(letter) || letter == '_')
            {
                int start = i;
                while (i < sql.Length && (char.IsLetterOrDigit(sql[i]) || sql[i] is '_' or '$' or '#'))
                {
                    i++;
                }

                string word = sql[start..i];
                first ??= word;
                CheckWord(word, i < sql.Length ? sql[i] : ' ');
            }
            else
            {
                i = SkipOther(sql, i);
            }
        }

        if (!"select".Equals(first, StringComparison.OrdinalIgnoreCase) && !"with".Equals(first, StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException("Only queries are run: begin with SELECT or WITH.");
        }
    }

    private static void CheckWord(string word, char next)
    {
        if (Writing.Contains(word))
        {
            throw new FormatException($"'{word}' is not allowed in a query. If it is a name, quote it.");
        }

        // Oracle's q'[…]' and PostgreSQL's E'…' have rules of their own of where a string ends.
        if (next == '\'' && word.ToLowerInvariant() is "q" or "nq" or "e")
        {
            throw new FormatException($"Strings that begin with {word}' are not allowed: use a parameter.");
        }
    }

    // Strings, names in quotes, and single characters.
    private static int SkipOther(string sql, int i)
    {
        char letter = sql[i];
        char next = i + 1 < sql.Length ? sql[i + 1] : ' ';
        if (letter is '\'' or '"' or '`')
        {
            return SkipQuoted(sql, i);
        }

        if (char.IsControl(letter) || (letter, next) is ('-', '-') or ('/', '*') or ('*', '/') || letter is '#' or '\\')
        {
            throw new FormatException("Comments, backslashes and control characters are not allowed in a query.");
        }

        if (letter == '$' && !char.IsAsciiDigit(next))
        {
            throw new FormatException("Strings within dollar signs are not allowed: use a parameter.");
        }

        // A name for one dialect, an index for another: quotes in it would end strings differently.
        if (letter == '[' && sql.IndexOf(']', i) is var end && (end < 0 || sql.AsSpan(i, end - i).IndexOfAny("'\"`") >= 0))
        {
            throw new FormatException("Quotes within brackets are not allowed.");
        }

        return i + 1;
    }

    private static int SkipQuoted(string sql, int start)
    {
        char quote = sql[start];
        for (int i = start + 1; i < sql.Length; i++)
        {
            if (sql[i] == '\\' || char.IsControl(sql[i]))
            {
                throw new FormatException("Backslashes and control characters are not allowed in a string: use a parameter.");
            }

            if (sql[i] != quote)
            {
                continue;
            }

            // Two of them are one within the string.
            if (i + 1 == sql.Length || sql[i + 1] != quote)
            {
                return i + 1;
            }

            i++;
        }

        throw new FormatException($"A {quote} is not closed.");
    }
}
