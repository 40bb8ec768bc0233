using Ganglion.Guards;
using Ganglion.Guards.Texts;

namespace Ganglion.Tests.Guards.Texts;

public sealed class LanguageDetectorTests
{
    [Theory]
    [InlineData("What does the new model cost, and when can I have it?", "en")]
    [InlineData("Was kostet das neue Modell, und wann kann ich es haben?", "de")]
    [InlineData("Bonjour, je voudrais savoir quel est le prix de la voiture.", "fr")]
    [InlineData("¿Cuánto cuesta el coche nuevo y para cuándo está?", "es")]
    [InlineData("Quanto costa la macchina nuova? Vorrei anche un preventivo per il mese prossimo.", "it")]
    [InlineData("Quanto custa o carro novo? Você não tem um para mim?", "pt")]
    [InlineData("Wat kost de nieuwe auto en wanneer kan ik het ophalen?", "nl")]
    [InlineData("Ile kosztuje ten samochód i czy jest na miejscu?", "pl")]
    [InlineData("Vad kostar den nya bilen, och när kan jag hämta det?", "sv")]
    [InlineData("Сколько стоит новый автомобиль?", "ru")]
    [InlineData("Скільки коштує новий автомобіль?", "uk")]
    [InlineData("Πόσο κοστίζει το αυτοκίνητο;", "el")]
    [InlineData("كم سعر السيارة الجديدة؟", "ar")]
    [InlineData("قیمت این ماشین چقدر است؟", "fa")]
    [InlineData("新しい車はいくらですか", "ja")]
    [InlineData("新车多少钱？", "zh")]
    [InlineData("새 차는 얼마예요?", "ko")]
    [InlineData("รถใหม่ราคาเท่าไหร่", "th")]
    [InlineData("OK", null)]
    [InlineData("BMW X5 M50d", null)]
    [InlineData("", null)]
    public void The_language_is_guessed_or_left_open(string text, string? language)
    {
        var detector = new LanguageDetector(stackalloc int[LanguageDetector.Scripts], stackalloc int[LanguageDetector.LanguagesByWords]);

        detector.Take(text);

        detector.Language.ShouldBe(language);
    }

    [Fact]
    public async Task Other_languages_than_those_that_are_allowed_are_found_and_what_cannot_be_told_passes()
    {
        GuardRunner guard = GuardHost.Create("rules", """{"languages":["en","de"]}""");

        (await guard.JudgeAsync("What does it cost to have this?")).Kind.ShouldBe(VerdictKind.Pass);
        (await guard.JudgeAsync("BMW X5")).Kind.ShouldBe(VerdictKind.Pass);
        (await guard.JudgeAsync("Je voudrais savoir quel est le prix de la voiture.")).Reason.ShouldBe("language");
        GuardHost.FaultsOf("rules", """{"languages":["klingon"]}""").ShouldHaveSingleItem().ShouldContain("klingon");
    }
}
