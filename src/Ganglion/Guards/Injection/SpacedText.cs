namespace Ganglion.Guards.Injection;

/// <summary>Finds words whose letters are written one by one: <c>i g n o r e</c>.</summary>
internal ref struct SpacedText
{
    private const int Fewest = 6;
    private const int Most = 64;
    private const int LongestWord = 14;
    private const int MostRuns = 8;
    private int _letters;
    private int _longest;
    private int _runs;
    private readonly Span<char> _joined;

    public SpacedText(Span<char> memory)
    {
        _joined = memory;
    }

    public static int Memory => Most;

    /// <summary>Whether the letters that were taken make a word that is known.</summary>
    public bool HasWord { get; private set; }

    public readonly bool IsLong => _longest >= 2 * Fewest;

    /// <summary>Takes a word.</summary>
    public void Take(scoped ReadOnlySpan<char> word)
    {
        if (word.Length != 1 || !char.IsAsciiLetterLower(word[0]) || _letters == Most)
        {
            End();
            return;
        }

        _joined[_letters++] = word[0];
    }

    public void End()
    {
        _longest = Math.Max(_longest, _letters);
        bool isLooked = _letters >= Fewest && !HasWord && _runs++ < MostRuns;
        for (int start = 0; isLooked && start <= _letters - Fewest && !HasWord; start++)
        {
            for (int end = start + Fewest; end <= Math.Min(_letters, start + LongestWord) && !HasWord; end++)
            {
                HasWord = (ClassifiedWords.Of(_joined[start..end]) & (WordClasses.Discard | WordClasses.Instructions | WordClasses.System)) != WordClasses.None;
            }
        }

        _letters = 0;
    }
}
