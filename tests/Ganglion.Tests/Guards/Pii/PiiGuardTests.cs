using System.Globalization;
using System.Text;
using Ganglion.Guards;

namespace Ganglion.Tests.Guards.Pii;

public sealed class PiiGuardTests
{
    [Theory]
    [InlineData("write to Maria.Lopez+x@mail.example.co.uk.", "write to [email].")]
    [InlineData("maria1985@example.com, jörg@büro.de", "[email], [email]")]
    [InlineData("no@where, @mention a@b.c x@1.22 @@ a@.de", "no@where, @mention a@b.c x@1.22 @@ a@.de")]
    [InlineData("card 4111 1111 1111 1111, exp 12/27", "card [card], exp 12/27")]
    [InlineData("5555-5555-5555-4444 or 378282246310005", "[card] or [card]")]
    [InlineData("4111 1111 1111 1112 and 1234567812345670", "4111 1111 1111 1112 and 1234567812345670")]
    [InlineData("４１１１ １１１１ １１１１ １１１１ and 4111\u200B111111111111", "[card] and [card]")]
    [InlineData("IBAN de89 3704 0044 0532 0130 00!", "IBAN [iban]!")]
    [InlineData("GB82WEST12345698765432 FR1420041010050500013M02606", "[iban] [iban]")]
    [InlineData("DE89370400440532013001 XX89370400440532013000", "DE89370400440532013001 XX89370400440532013000")]
    [InlineData("call +49 (0)30 1234567 or 0171/1234567 or (555) 234-5678", "call [phone] or [phone] or [phone]")]
    [InlineData("0049 30 123456, 1-555-234-5678, 01711234567", "[phone], [phone], [phone]")]
    [InlineData("on 01.02.2026 at 10:15, 2026-11-22, order 123456, 3.14159265358979", "on 01.02.2026 at 10:15, 2026-11-22, order 123456, 3.14159265358979")]
    [InlineData("from 192.168.0.1 and 2001:db8::1, fe80::1:2", "from [ip] and [ip], [ip]")]
    [InlineData("2001:db8::1: down. ::1. 12:4111111111111111 and a:b::", "[ip]: down. [ip]. 12:[card] and a:b::")]
    [InlineData("v1.2.3 999.1.1.1 1.2.3.4.5 std::vector d::e 10:15:30", "v1.2.3 999.1.1.1 1.2.3.4.5 std::vector d::e 10:15:30")]
    [InlineData("DNI 12345678Z, NIE X1234567L, 12345678A", "DNI [es-dni], NIE [es-dni], 12345678A")]
    [InlineData("1 84 06 76 451 089 47", "[fr-nir]")]
    [InlineData("RSSMRA85T10A562S RSSMRA85T10A562T", "[it-cf] RSSMRA85T10A562T")]
    [InlineData("SSN 078-05-1120, 000-12-3456, 900-12-3456", "SSN [us-ssn], 000-12-3456, 900-12-3456")]
    [InlineData("PESEL 44051401359, not 44051401358", "PESEL [pl-pesel], not 44051401358")]
    [InlineData("86095742719 or 86 095 742 719", "[de-steuerid] or [de-steuerid]")]
    [InlineData("111222333 by itself is nothing; BSN 111222333", "111222333 by itself is nothing; BSN [nl-bsn]")]
    [InlineData("CPF 529.982.247-25, 111.111.111-11", "CPF [br-cpf], 111.111.111-11")]
    public async Task What_tells_who_somebody_is_is_redacted(string text, string redacted)
    {
        Verdict verdict = await GuardHost.Create("pii", """{"text":["text"]}""").JudgeAsync(text);

        (verdict.Kind == VerdictKind.Pass ? text : System.Text.Json.JsonDocument.Parse(GuardHost.TextOf(verdict.Event)).RootElement.GetProperty("text").GetString()).ShouldBe(redacted);
    }

    [Fact]
    public async Task A_verdict_says_what_was_changed_and_not_what_it_was()
    {
        Verdict verdict = await GuardHost.Create("pii", "{}").JudgeJsonAsync("""{"from":"a@example.com","to":["b@example.com"],"card":4111111111111111,"amount":12.50}""");

        verdict.Reason.ShouldBe("2 × e-mail address, 1 × payment card");
        verdict.Findings.ShouldBe([new Finding("email") { Count = 2 }, new Finding("card")]);
        GuardHost.TextOf(verdict.Event).ShouldBe("""{"from":"[email]","to":["[email]"],"card":"[card]","amount":12.50}""");
        verdict.ToString().ShouldNotContain("a@example.com");
    }

    [Fact]
    public async Task What_is_replaced_can_be_masked_or_hashed()
    {
        Verdict masked = await GuardHost.Create("pii", """{"replaceBy":"mask"}""").JudgeAsync("maria@example.com 4111 1111 1111 1111 +49 30 123456");
        GuardHost.TextOf(masked.Event).ShouldBe("""{"text":"m***@example.com **** **** **** 1111 +** ** **3456"}""");

        GuardRunner hash = GuardHost.Create("pii", """{"replaceBy":"hash","key":"secret"}""");
        string one = GuardHost.TextOf((await hash.JudgeAsync("4111 1111 1111 1111")).Event);
        one.ShouldMatch("\\[card:[0-9a-f]{16}\\]");
        GuardHost.TextOf((await hash.JudgeAsync("4111-1111-1111-1111")).Event).ShouldBe(one);
        GuardHost.TextOf((await hash.JudgeAsync("5555 5555 5555 4444")).Event).ShouldNotBe(one);
    }

    [Fact]
    public async Task Each_kind_can_have_an_action_of_its_own()
    {
        GuardRunner guard = GuardHost.Create("pii", """{"find":["email","card","national-id"],"actions":{"card":"block","national-id":"escalate"},"queue":"privacy"}""");

        (await guard.JudgeAsync("a@example.com from 10.0.0.1")).Reason.ShouldBe("1 × e-mail address");
        (await guard.JudgeAsync("4111111111111111")).Kind.ShouldBe(VerdictKind.Block);
        Verdict escalated = await guard.JudgeAsync("12345678Z");
        escalated.Kind.ShouldBe(VerdictKind.Escalate);
        escalated.Queue.ShouldBe("privacy");
    }

    [Fact]
    public async Task Every_card_that_has_the_right_check_digit_is_found_and_no_other()
    {
        GuardRunner guard = GuardHost.Create("pii", """{"find":["card"]}""");
        var random = new Random(1);
        for (int round = 0; round < 300; round++)
        {
            string digits = "4" + string.Concat(Enumerable.Range(0, 14).Select(_ => (char)('0' + random.Next(10))));
            int right = Enumerable.Range(0, 10).Single(last => Luhn(digits + last.ToString(CultureInfo.InvariantCulture)));
            int written = random.Next(10);
            string text = $"{new string('x', random.Next(3))} {digits}{written}{(random.Next(2) == 0 ? "" : ".")}";

            (await guard.JudgeAsync(text)).Kind.ShouldBe(written == right ? VerdictKind.Change : VerdictKind.Pass, text);
        }

        static bool Luhn(string number) => number.Reverse()
            .Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 1 : 2)).Sum(value => value > 9 ? value - 9 : value) % 10 == 0;
    }

    [Fact]
    public async Task Whatever_the_text_is_it_is_judged_and_judging_the_result_again_changes_nothing()
    {
        GuardRunner guard = GuardHost.Create("pii", "{}");
        var random = new Random(3);
        const string alphabet = "01234567890123456789  --..::@@+()/abcxyzDE\u200Bé４\ud83d\ude00";
        for (int round = 0; round < 3_000; round++)
        {
            var text = new StringBuilder();
            for (int i = random.Next(60); i > 0; i--)
            {
                text.Append(new Rune(alphabet.EnumerateRunes().ElementAt(random.Next(46)).Value));
            }

            Verdict first = await guard.JudgeAsync(text.ToString());
            if (first.Event is { } changed)
            {
                (await guard.JudgeAsync(new GuardedEvent(changed, "channel"), default)).Findings.Sum(finding => finding.Count)
                    .ShouldBeLessThanOrEqualTo(first.Findings.Sum(finding => finding.Count), text.ToString());
            }
        }
    }

    [Theory]
    [InlineData('1')]
    [InlineData('@')]
    [InlineData(':')]
    [InlineData('.')]
    [InlineData('a')]
    public async Task A_megabyte_of_the_same_is_judged_within_the_guards_time(char character) =>
        (await GuardHost.Create("pii", "{}").JudgeAsync(new string(character, 1_000_000))).Kind.ShouldBe(VerdictKind.Pass);

    [Fact]
    public void All_that_is_wrong_with_settings_is_told() =>
        GuardHost.FaultsOf("pii", """{"find":["shoe-size"],"actions":{"email":"burn","hat":"block"},"replaceBy":"hash","colour":1}""").Count.ShouldBe(5);
}
