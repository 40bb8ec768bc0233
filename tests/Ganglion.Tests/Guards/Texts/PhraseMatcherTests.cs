using Ganglion.Guards.Texts;

namespace Ganglion.Tests.Guards.Texts;

public sealed class PhraseMatcherTests
{
    [Theory]
    [InlineData("BMW", "a bmw, please", "bmw")]
    [InlineData("BMW", "abmw bmwx bmw1", "")]
    [InlineData("Mercedes Benz", "Mercedes-Benz and mercedes  benz", "Mercedes-Benz|mercedes  benz")]
    [InlineData("Mercedes Benz", "Mercedes. Benz", "")]
    [InlineData("Škoda", "skoda SKODA Škoda", "skoda|SKODA|Škoda")]
    [InlineData("Ford|Ford Focus|Ford Focus ST", "a Ford Focus, a Ford, a Ford Focus S", "Ford Focus|Ford|Ford Focus")]
    [InlineData("C++|C#|.NET", "C++ and C# on .NET, C and net", "C++|C#|.NET")]
    [InlineData("AT&T", "AT&T, at & t, at t", "AT&T")]
    [InlineData("比亚迪", "我想买比亚迪汽车", "比亚迪")]
    [InlineData("삼성", "삼성은", "삼성")]
    [InlineData("foo@|@bar", "foo@bar", "foo@")]
    [InlineData("a b a c", "a b a b a c", "a b a c")]
    [InlineData("bmw", "B\u200BМ\u200BW", "B\u200BМ\u200BW")]
    [InlineData("O'Reilly", "o’reilly", "o’reilly")]
    public void Whole_words_are_found_and_of_several_the_longest(string phrases, string text, string found) =>
        string.Join('|', Find(phrases.Split('|'), text)).ShouldBe(found);

    [Fact]
    public void What_is_found_is_what_a_plain_search_finds()
    {
        var random = new Random(42);
        for (int round = 0; round < 500; round++)
        {
            string[] phrases = [.. Enumerable.Range(0, 6).Select(_ => Sentence(random, 3)).Distinct()];
            string text = Sentence(random, 12);

            Find(phrases, text).ShouldBe(Plain(phrases, text.Split(' ')), $"{string.Join('|', phrases)} in {text}");
        }

        static string Sentence(Random random, int most) => string.Join(' ', Enumerable.Range(0, random.Next(1, most)).Select(_ => "abc"[random.Next(3)]));
    }

    [Fact]
    public void Thousands_of_phrases_are_found_in_a_long_text()
    {
        string[] phrases = [.. Enumerable.Range(0, 20_000).Select(i => $"brand{i} motors")];
        string text = string.Concat(Enumerable.Repeat("nothing of the kind, brand7 alone, ", 10_000)) + "Brand19999 Motors";

        Find(phrases, text).ShouldBe(["Brand19999 Motors"]);
    }

    private static List<string> Find(string[] phrases, string text)
    {
        var matcher = new PhraseMatcher(phrases);
        using var folded = new FoldedText(text);
        var words = new Words(folded.Span);
        var found = new List<string>();
        while (matcher.Find(folded.Span, ref words, out PhraseMatch match))
        {
            (int start, int end) = folded.Original(match.Start, match.End);
            found.Add(text[start..end]);
        }

        return found;
    }

    private static List<string> Plain(string[] phrases, string[] words)
    {
        var found = new List<string>();
        for (int at = 0; at < words.Length;)
        {
            string? longest = phrases.Where(phrase => words.Skip(at).Take(phrase.Split(' ').Length).SequenceEqual(phrase.Split(' '))).MaxBy(phrase => phrase.Length);
            at += longest?.Split(' ').Length ?? 1;
            if (longest is not null)
            {
                found.Add(longest);
            }
        }

        return found;
    }
}
