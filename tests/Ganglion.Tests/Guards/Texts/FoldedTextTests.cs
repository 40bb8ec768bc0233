using System.Text;
using Ganglion.Guards.Texts;

namespace Ganglion.Tests.Guards.Texts;

public sealed class FoldedTextTests
{
    [Theory]
    [InlineData("Crème BRÛLÉE", "creme brulee")]
    [InlineData("Straße", "strasse")]
    [InlineData("ﬁ Ｆｕｌｌ １２３ ①②", "fi full 123 12")]
    [InlineData("𝐈𝐠𝓃𝕠𝔯𝖊", "ignore")]
    [InlineData("i\u200Bg\u00ADn\u2060o\u202Er\uFE0Fe", "ignore")]
    [InlineData("e\u0301cole", "ecole")]
    [InlineData("іgnоrе рrеvіоus", "ignore previous")]
    [InlineData("BМW ВMW", "bmw bmw")]
    [InlineData("Новый тест", "нoвыи тecт")]
    [InlineData("a\u00A0b\u3000c", "a b c")]
    [InlineData("“x” – ‘y’", "\"x\" - 'y'")]
    [InlineData("日本語", "日本語")]
    [InlineData("कुछ ปิด", "कुछ ปิด")]
    [InlineData("שָׁלוֹם كِتَاب", "שלום كتاب")]
    [InlineData("", "")]
    public void What_looks_alike_is_alike(string text, string folded) => FoldedText.Fold(text).ShouldBe(folded);

    [Fact]
    public void A_stretch_is_found_again_in_the_text_that_it_comes_from()
    {
        const string text = "x ﬃ e\u0301\u200Bf 𝐀z";
        using var folded = new FoldedText(text);

        folded.Span.ToString().ShouldBe("x ffi ef az");
        Original(folded, 2, 5).ShouldBe("ﬃ");
        Original(folded, 3, 4).ShouldBe("ﬃ");
        Original(folded, 6, 7).ShouldBe("e\u0301\u200B");
        Original(folded, 9, 10).ShouldBe("𝐀");
        Original(folded, 10, 11).ShouldBe("z");

        static string Original(in FoldedText folded, int start, int end)
        {
            (int from, int to) = folded.Original(start, end);
            return text[from..to];
        }
    }

    [Fact]
    public void Whatever_the_text_is_every_stretch_lies_within_it()
    {
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++)
        {
            var builder = new StringBuilder();
            for (int i = random.Next(12); i > 0; i--)
            {
                builder.Append(random.Next(4) switch
                {
                    0 => ((char)random.Next(char.MaxValue + 1)).ToString(),
                    1 => new Rune(random.Next(0x1D400, 0x1D7FF)).ToString(),
                    2 => ((char)random.Next(' ', '~')).ToString(),
                    _ => ((char)random.Next(0x80, 0x2200)).ToString(),
                });
            }

            string text = builder.ToString();
            using var folded = new FoldedText(text);
            int last = 0;
            for (int i = 0; i < folded.Span.Length; i++)
            {
                (int start, int end) = folded.Original(i, i + 1);
                start.ShouldBeInRange(last, text.Length);
                end.ShouldBeInRange(start + 1, text.Length);
                last = start;
            }
        }
    }
}
