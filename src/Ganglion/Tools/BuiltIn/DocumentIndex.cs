namespace Ganglion.Tools.BuiltIn;

/// <summary>
/// Finds passages by words, ranked by BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009): a rare word counts more than a common one, its tenth time less than its first,
/// and a short passage more than a long one.
/// </summary>
internal sealed class DocumentIndex(DocumentFolder folder)
{
    private const double Saturation = 1.2;
    private const double LengthWeight = 0.75;
    private const int MostLines = 30;
    private const int MostLetters = 2_000;
    private const int LongestWord = 64;

    private readonly Lock _lock = new();
    private Read? _read;

    public IReadOnlyList<DocumentPassage> Find(string query, int count, CancellationToken cancellationToken)
    {
        Read read = Current(cancellationToken);
        var scores = new Dictionary<int, double>();
        foreach (string word in WordsOf(query).Distinct(StringComparer.Ordinal).Take(50))
        {
            if (!read.Places.TryGetValue(word, out List<(int Passage, int Times)>? places))
            {
                continue;
            }

            double rarity = Math.Log(1 + ((read.Passages.Count - places.Count + 0.5) / (places.Count + 0.5)));
            foreach ((int passage, int times) in places)
            {
                double length = 1 - LengthWeight + (LengthWeight * read.Lengths[passage] / read.MeanLength);
                scores[passage] = scores.GetValueOrDefault(passage) + (rarity * times * (Saturation + 1) / (times + (Saturation * length)));
            }
        }

        return [.. scores.OrderByDescending(one => one.Value).ThenBy(one => one.Key).Take(count).Select(one => read.Passages[one.Key])];
    }

    private Read Current(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_read is null || folder.Options.TimeProvider.GetElapsedTime(_read.At) > folder.Options.RefreshAfter)
            {
                _read = ReadFolder(cancellationToken);
            }

            return _read;
        }
    }

    private Read ReadFolder(CancellationToken cancellationToken)
    {
        var read = new Read(folder.Options.TimeProvider.GetTimestamp());
        long bytes = 0;
        foreach (string path in folder.List().Take(folder.Options.MaxFiles))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                string text = folder.Read(path);
                bytes += text.Length;
                if (bytes > folder.Options.MaxBytes)
                {
                    break;
                }

                Add(read, path, text);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It is gone by now, or not readable: the others are.
            }
        }

        return read;
    }

    private static void Add(Read read, string path, string text)
    {
        string[] lines = text.Split('\n');
        int start = 0;
        int letters = 0;
        for (int i = 0; i <= lines.Length; i++)
        {
            // A passage ends where a paragraph does, once it has some length.
            bool isFull = i - start >= MostLines || letters >= MostLetters || (letters >= MostLetters / 4 && i < lines.Length && lines[i].Length == 0);
            if (i > start && (i == lines.Length || isFull))
            {
                AddPassage(read, path, lines, start, i);
                start = i;
                letters = 0;
            }

            letters += i < lines.Length ? lines[i].Length : 0;
        }
    }

    private static void AddPassage(Read read, string path, string[] lines, int start, int end)
    {
        while (start < end && string.IsNullOrWhiteSpace(lines[start]))
        {
            start++;
        }

        string text = string.Join('\n', lines[start..end]).TrimEnd();
        var times = new Dictionary<string, int>(StringComparer.Ordinal);
        int length = 0;
        foreach (string word in WordsOf(text))
        {
            times[word] = times.GetValueOrDefault(word) + 1;
            length++;
        }

        if (length == 0)
        {
            return;
        }

        int number = read.Passages.Count;
        read.Passages.Add(new DocumentPassage(path, start + 1, text.Length > 2 * MostLetters ? $"{text[..(2 * MostLetters)]}…" : text));
        read.Lengths.Add(length);
        read.Length += length;
        foreach ((string word, int count) in times)
        {
            if (!read.Places.TryGetValue(word, out List<(int Passage, int Times)>? places))
            {
                read.Places.Add(word, places = []);
            }

            places.Add((number, count));
        }
    }

    private static IEnumerable<string> WordsOf(string text)
    {
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                yield return text[start..Math.Min(i, start + LongestWord)].ToLowerInvariant();
                start = -1;
            }
        }
    }

    /// <summary>The folder as it was read.</summary>
    private sealed class Read(long at)
    {
        public long At { get; } = at;

        public List<DocumentPassage> Passages { get; } = [];

        public List<int> Lengths { get; } = [];

        public long Length { get; set; }

        public double MeanLength => (double)Length / Passages.Count;

        /// <summary>In which passages a word stands, and how often.</summary>
        public Dictionary<string, List<(int Passage, int Times)>> Places { get; } = new(StringComparer.Ordinal);
    }
}
