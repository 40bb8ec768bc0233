using System.Collections.Frozen;
using System.Numerics;

namespace Ganglion.Guards.Texts;

/// <summary>
/// Guesses the language of a text: by its script where that says it, and else by its most frequent small words. Of a text that is too short or mixed it
/// says nothing.
/// </summary>
internal ref struct LanguageDetector(Span<int> scripts, Span<int> hits)
{
    private const int FewestWords = 2;
    private const int FewestLetters = 4;
    private static readonly string[] ByScript = ["ru", "uk", "el", "ar", "fa", "he", "hi", "th", "ko", "ja", "zh"];

    private static readonly (string Language, string Words)[] ByWords =
    [
        ("en", "the and is are was of to in that it you for with this have not what can how i my do does please would from at"),
        ("de", "der die das und ist ich nicht ein eine zu mit auf für sie wir es im den dem von wie was bitte kann haben auch wird"),
        ("fr", "le la les des et est je vous nous une un du que qui pas pour dans avec sur ce cette il elle sont bonjour mon ma"),
        ("es", "el la los las y es que de un una por para con no en mi su usted como está qué pero muy del se quiero cuánto"),
        ("it", "il lo gli le e è che di un una per con non sono mi si come della del anche questo quanto vorrei ho"),
        ("pt", "o os as e é que de um uma por para com não em meu minha você como está dos da do mas muito quero quanto"),
        ("nl", "de het een en is ik niet van voor met op dat je we zijn wat hoe kan heb ook mijn deze maar wil graag"),
        ("pl", "i w na z nie się to jest że do co jak czy ja mam proszę o po za od chcę dla ile ten"),
        ("sv", "och att det är jag en ett inte på som för med av vi kan har vad hur min till om den ska"),
        ("da", "og at det er jeg en et ikke på som for med af vi kan har hvad hvordan min til om den skal hvor"),
        ("tr", "ve bir bu için ile ne mi de da ben sen çok var yok nasıl daha olan gibi ama istiyorum"),
        ("cs", "a je v na se že to s z do jak co já ne pro ale mám jsem být o prosím kolik za"),
    ];

    private static readonly FrozenDictionary<string, uint> Words = ReadWords();
    private static readonly FrozenDictionary<string, uint>.AlternateLookup<ReadOnlySpan<char>> Lookup = Words.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly Span<int> _scripts = scripts;
    private readonly Span<int> _hits = hits;
    private int _latin;

    /// <summary>How many scripts are counted.</summary>
    public static int Scripts => ByScript.Length;

    /// <summary>The languages that can be told.</summary>
    public static IReadOnlyList<string> Languages { get; } = [.. ByWords.Select(row => row.Language), .. ByScript];

    /// <summary>How many languages are counted by words.</summary>
    public static int LanguagesByWords => ByWords.Length;

    /// <summary>Takes a part of the text.</summary>
    public void Take(scoped ReadOnlySpan<char> text)
    {
        foreach (char letter in text)
        {
            if (char.IsAsciiLetter(letter))
            {
                _latin++;
            }
            else if (letter >= '\u00C0')
            {
                Count(letter);
            }
        }

        using var folded = new FoldedText(text);
        var words = new Words(folded.Span);
        while (words.MoveNext())
        {
            if (Lookup.TryGetValue(words.Current, out uint languages))
            {
                for (uint rest = languages; rest != 0; rest &= rest - 1)
                {
                    _hits[BitOperations.TrailingZeroCount(rest)]++;
                }
            }
        }
    }

    /// <summary>The language; <see langword="null"/> if it cannot be told.</summary>
    public readonly string? Language
    {
        get
        {
            int foreign = 0;
            foreach (int count in _scripts)
            {
                foreign += count;
            }

            return foreign > _latin ? foreign >= 2 ? ByLetters() : null
                : _latin - foreign >= FewestLetters ? BySmallWords()
                : null;
        }
    }

    private readonly string? BySmallWords()
    {
        int best = 0;
        int second = 0;
        int language = 0;
        for (int i = 0; i < _hits.Length; i++)
        {
            if (_hits[i] > best)
            {
                (second, best, language) = (best, _hits[i], i);
            }
            else
            {
                second = Math.Max(second, _hits[i]);
            }
        }

        return best >= FewestWords && best > second ? ByWords[language].Language : null;
    }

    // Letters that only Ukrainian, Persian or Japanese has tell it from what else is written so.
    private readonly string ByLetters()
    {
        (int cyrillic, int ukrainian, int arabic, int persian, int kana, int han) = (_scripts[0], _scripts[1], _scripts[3], _scripts[4], _scripts[9], _scripts[10]);
        if (ukrainian > 0 && ukrainian * 30 > cyrillic)
        {
            return ByScript[1];
        }

        if (persian > 0 && persian * 30 > arabic)
        {
            return ByScript[4];
        }

        if (kana > 0 && kana * 10 > han)
        {
            return ByScript[9];
        }

        int most = 0;
        for (int i = 1; i < _scripts.Length; i++)
        {
            most = _scripts[i] > _scripts[most] ? i : most;
        }

        return ByScript[most];
    }

    private readonly void Count(char letter)
    {
        int script = letter switch
        {
            'і' or 'ї' or 'є' or 'ґ' or 'І' or 'Ї' or 'Є' => 1,
            >= '\u0400' and <= '\u052F' => 0,
            >= '\u0370' and <= '\u03FF' => 2,
            'پ' or 'چ' or 'ژ' or 'گ' or 'ی' or 'ک' => 4,
            >= '\u0600' and <= '\u06FF' => 3,
            >= '\u0590' and <= '\u05FF' => 5,
            >= '\u0900' and <= '\u097F' => 6,
            >= '\u0E00' and <= '\u0E7F' => 7,
            >= '\uAC00' and <= '\uD7A3' => 8,
            >= '\u3040' and <= '\u30FF' => 9,
            >= '\u4E00' and <= '\u9FFF' => 10,
            _ => -1,
        };
        if (script >= 0)
        {
            _scripts[script]++;
        }
    }

    private static FrozenDictionary<string, uint> ReadWords()
    {
        var words = new Dictionary<string, uint>(StringComparer.Ordinal);
        for (int language = 0; language < ByWords.Length; language++)
        {
            foreach (string word in ByWords[language].Words.Split(' '))
            {
                string folded = FoldedText.Fold(word);
                words[folded] = words.GetValueOrDefault(folded) | (1u << language);
            }
        }

        return words.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
