using System.Collections.Frozen;
using System.Runtime.InteropServices;

namespace Ganglion.Guards.Texts;

/// <summary>
/// Finds phrases in text: whole words, in whatever case and with or without marks; of several that begin at the same word the longest. What it takes
/// grows with the text, and not with the number of phrases.
/// </summary>
internal sealed class PhraseMatcher
{
    private readonly FrozenDictionary<string, Node> _beginnings;
    private readonly FrozenDictionary<string, Node>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <param name="phrases">The phrases. One that is there before is left out, and so is one without a word.</param>
    public PhraseMatcher(IEnumerable<string> phrases)
    {
        var beginnings = new Dictionary<string, Node>(StringComparer.Ordinal);
        int number = 0;
        foreach (string phrase in phrases)
        {
            Add(beginnings, FoldedText.Fold(phrase).Trim(), number++);
        }

        _beginnings = beginnings.ToFrozenDictionary(StringComparer.Ordinal);
        _lookup = _beginnings.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Whether a text has a word that could be found.</summary>
    public static bool HasWord(string phrase)
    {
        string folded = FoldedText.Fold(phrase);
        return new Words(folded).MoveNext();
    }

    /// <summary>Finds the next phrase.</summary>
    /// <param name="text">The folded text.</param>
    /// <param name="words">Where to look from; stands behind the phrase afterwards.</param>
    /// <param name="match">What was found, and where in the folded text.</param>
    public bool Find(ReadOnlySpan<char> text, ref Words words, out PhraseMatch match)
    {
        while (words.MoveNext())
        {
            if (_lookup.TryGetValue(words.Current, out Node? node) && Longest(text, words, node) is { } found)
            {
                match = found;
                words.Skip(found.End);
                return true;
            }
        }

        match = default;
        return false;
    }

    private static PhraseMatch? Longest(ReadOnlySpan<char> text, Words words, Node node)
    {
        int first = words.Start;
        PhraseMatch? longest = null;
        while (true)
        {
            foreach ((string phrase, int leading, int number) in CollectionsMarshal.AsSpan(node.Ending))
            {
                if (first - leading >= words.Floor && EndOf(phrase, text, first - leading) is { } end && !(end <= longest?.End))
                {
                    longest = new PhraseMatch(first - leading, end, number);
                }
            }

            if (node.Next is null || !words.MoveNext() || !node.Next.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(words.Current, out node!))
            {
                return longest;
            }
        }
    }

    /// <summary>Where a phrase that begins at a place ends; <see langword="null"/>: it is not there.</summary>
    private static int? EndOf(string phrase, ReadOnlySpan<char> text, int at)
    {
        for (int i = 0; i < phrase.Length;)
        {
            if (IsLoose(phrase[i]))
            {
                // Between two words a space, a hyphen and the like are the same.
                int gap = i;
                while (gap < phrase.Length && IsLoose(phrase[gap]))
                {
                    gap++;
                }

                int end = at;
                while (end < text.Length && end < at + 3 && IsLoose(text[end]))
                {
                    end++;
                }

                if (end == at)
                {
                    return null;
                }

                (i, at) = (gap, end);
            }
            else if (at < text.Length && text[at] == phrase[i])
            {
                (i, at) = (i + 1, at + 1);
            }
            else
            {
                return null;
            }
        }

        return at;
    }

    private static bool IsLoose(char character) => character is ' ' or '-' or '_' or '\'' or '\t' or '\n' or '\r';

    private static void Add(Dictionary<string, Node> beginnings, string phrase, int number)
    {
        Node? node = null;
        int leading = 0;
        var words = new Words(phrase);
        while (words.MoveNext())
        {
            leading = node is null ? words.Start : leading;
            Dictionary<string, Node> next = node is null ? beginnings : node.Next ??= new(StringComparer.Ordinal);
            string word = words.Current.ToString();
            if (!next.TryGetValue(word, out node))
            {
                next.Add(word, node = new Node());
            }
        }

        if (node is not null && node.Ending?.Exists(known => known.Phrase == phrase) != true)
        {
            (node.Ending ??= []).Add((phrase, leading, number));
        }
    }

    /// <summary>A word of phrases.</summary>
    private sealed class Node
    {
        public Dictionary<string, Node>? Next { get; set; }

        /// <summary>The phrases of which it is the last word, folded, with how many characters stand before their first word.</summary>
        public List<(string Phrase, int Leading, int Number)>? Ending { get; set; }
    }
}

/// <summary>A phrase in a text.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Number">The phrase's place among all.</param>
internal readonly record struct PhraseMatch(int Start, int End, int Number);
