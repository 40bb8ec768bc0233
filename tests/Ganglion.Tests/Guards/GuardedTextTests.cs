using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ganglion.Events;
using Ganglion.Guards;

namespace Ganglion.Tests.Guards;

public sealed class GuardedTextTests
{
    public static TheoryData<byte[], string> Unreadable => new()
    {
        { "{\"a\":"u8.ToArray(), "application/json" },
        { "no json"u8.ToArray(), "application/json" },
        { "[1,]"u8.ToArray(), "application/json" },
        { "\"\\ud800\""u8.ToArray(), "application/json" },
        { [(byte)'"', 0xC3, 0x28, (byte)'"'], "application/json" },
        { [.. Enumerable.Repeat((byte)'[', 65), .. Enumerable.Repeat((byte)']', 65)], "application/json" },
        { [0xC3, 0x28], "text/plain" },
        { "fine"u8.ToArray(), "text/plain; charset=utf-16" },
        { [1, 2, 3], "application/octet-stream" },
    };

    [Theory]
    [InlineData("""{"a":"one","b":{"c":["two",3,true,null]},"d":""}""", "one|two|")]
    [InlineData("\"alone\"", "alone")]
    [InlineData("""["x",["y"]]""", "x|y")]
    [InlineData("""{"escaped":"\u0041\n\"\ud83d\ude00"}""", "A\n\"😀")]
    [InlineData("""{"a":1,"a":"twice"}""", "twice")]
    [InlineData("42", "")]
    [InlineData("""{"card":4111111111111111,"amount":250.0}""", "4111111111111111")]
    [InlineData("\uFEFF{\"a\":\"marked\"}", "marked")]
    public void Every_string_of_the_JSON_is_text_and_so_is_a_number_that_is_rather_a_name(string json, string texts) =>
        string.Join('|', GuardHost.Event(json).Text.Parts.Select(part => part.Text)).ShouldBe(texts);

    [Fact]
    public void Data_that_is_text_is_one_part()
    {
        GuardHost.Event("{not: json}", "text/plain").Text.Parts.ShouldHaveSingleItem().Text.ToString().ShouldBe("{not: json}");
        GuardHost.Event("", "text/plain").Text.Parts.ShouldBeEmpty();
    }

    [Fact]
    public void An_event_without_data_has_no_text() =>
        new GuardedEvent(GuardHost.CloudEvent((byte[]?)null, contentType: null), "channel").Text.Parts.ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void What_cannot_be_read_is_not_taken_for_no_text(byte[] data, string contentType)
    {
        var guarded = new GuardedEvent(GuardHost.CloudEvent(data, contentType), "channel");

        Should.Throw<GuardException>(() => guarded.Text).Code.ShouldBe("guard-data-unreadable");
    }

    [Theory]
    [InlineData("message", "m")]
    [InlineData("user.name", "n")]
    [InlineData("/user/name", "n")]
    [InlineData("user", "n|e")]
    [InlineData("items.*.text", "t0|t1")]
    [InlineData("items.1", "t1|x")]
    [InlineData("*.name", "n")]
    [InlineData("/a~1b/c~0d", "odd")]
    [InlineData("missing.at.all", "")]
    [InlineData("items.text", "")]
    [InlineData("message,items.*.text", "m|t0|t1")]
    public void Text_is_looked_for_in_some_places_only(string paths, string texts)
    {
        const string json = """
            {"message":"m","user":{"name":"n","email":"e"},"items":[{"text":"t0"},{"text":"t1","more":["x"]}],"a/b":{"c~d":"odd"}}
            """;

        GuardedText text = GuardHost.Event(json).TextAt(TextPaths.Parse(paths.Split(',')));

        string.Join('|', text.Parts.Select(part => part.Text)).ShouldBe(texts);
    }

    [Theory]
    [InlineData(null, "a|b|c|1|d|e")]
    [InlineData("a", "b|c|1")]
    [InlineData("a.b", "c|1")]
    [InlineData("d", "e")]
    public void Names_of_properties_are_text_if_that_is_wanted(string? path, string texts)
    {
        GuardedText text = GuardHost.Event("""{"a":{"b":{"c":"1"}},"d" : "e"}""").TextAt(TextPaths.Parse(path is null ? [] : [path]).WithNames());

        string.Join('|', text.Parts.Select(part => part.Text)).ShouldBe(texts);
        GuardHost.TextOf(text.Rewrite(part => part.Text.Span is "d" or "c" ? "x" : null))
            .ShouldBe("""{"a":{"b":{"c":"1"}},"d" : "e"}""".Replace("\"c\"", texts.Contains('c') ? "\"x\"" : "\"c\"").Replace("\"d\"", texts.Contains('d') ? "\"x\"" : "\"d\""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("/")]
    [InlineData("/a//b")]
    public void A_path_that_names_no_place_is_none(string path) => Should.Throw<FormatException>(() => TextPaths.Parse(path));

    [Fact]
    public void What_is_not_changed_stays_as_it_is_byte_for_byte()
    {
        const string json = " { \"n\" : 1.50,\t\"a\":\"caf\\u00e9\" ,\"b\" : [ \"x\", 1e3 ] }\n";

        CloudEvent changed = GuardHost.Event(json).Text.Rewrite(part => part.Text.Span is "x" ? "<\"é\\\u0001>" : null);

        GuardHost.TextOf(changed).ShouldBe(json.Replace("\"x\"", "\"<\\\"é\\\\\\u0001>\""));
        (changed with { Data = null }).ShouldBe(GuardHost.CloudEvent((byte[]?)null, "application/json"));
    }

    [Fact]
    public void Nothing_changed_is_the_same_event()
    {
        GuardedEvent guarded = GuardHost.Event("""{"a":"b"}""");

        guarded.Text.Rewrite(_ => null).ShouldBeSameAs(guarded.Event);
    }

    [Fact]
    public void A_number_becomes_a_string_and_text_stays_text()
    {
        GuardHost.TextOf(GuardHost.Event("""{"card":4111111111111111}""").Text.Rewrite(_ => "[card]")).ShouldBe("""{"card":"[card]"}""");
        GuardHost.TextOf(GuardHost.Event("\uFEFFsecret", "text/plain").Text.Rewrite(_ => "[gone]")).ShouldBe("\uFEFF[gone]");
    }

    [Fact]
    public void Half_a_pair_of_surrogates_does_not_get_into_the_JSON() =>
        GuardHost.TextOf(GuardHost.Event("\"a\"").Text.Rewrite(_ => "x\ud83d")).ShouldBe("\"x\uFFFD\"");

    [Fact]
    public void Whatever_JSON_it_is_its_texts_are_found_and_changed()
    {
        var random = new Random(20261122);
        for (int round = 0; round < 500; round++)
        {
            var expected = new List<string>();
            JsonNode? node = Any(random, depth: 0, expected);
            string json = node?.ToJsonString(new JsonSerializerOptions { WriteIndented = random.Next(2) == 0 }) ?? "null";

            GuardedText text = GuardHost.Event(json).Text;
            text.Parts.Select(part => part.Text.ToString()).ShouldBe(expected);
            string changed = GuardHost.TextOf(text.Rewrite(part => part.Text.Length % 2 == 0 ? part.Text + "!" : null));

            GuardHost.Event(changed).Text.Parts.Select(part => part.Text.ToString())
                .ShouldBe(expected.Select(one => one.Length % 2 == 0 ? one + "!" : one));
        }
    }

    private static JsonNode? Any(Random random, int depth, List<string> texts)
    {
        switch (random.Next(depth < 5 ? 7 : 4))
        {
            case 0:
                return random.Next(1_000_000);
            case 1:
                return random.Next(2) == 0 ? null : true;
            case 2 or 3:
                string text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => new Rune(random.Next(3) == 0 ? random.Next(0x1F300, 0x1F5FF) : random.Next(1, 0x250))));
                texts.Add(text);
                return text;
            case 4:
                return new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Any(random, depth + 1, texts))]);
            default:
                return new JsonObject(Enumerable.Range(0, random.Next(4)).Select(i => KeyValuePair.Create($"n{i}", Any(random, depth + 1, texts))));
        }
    }
}
