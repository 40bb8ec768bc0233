using System.Text.Json;
using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed class CloudEventTests
{
    private static readonly CloudEvent Any = new() { Id = "1", Source = "/s", Type = "t" };

    [Fact]
    public void A_new_event_has_an_id_of_its_own_and_the_time()
    {
        DateTimeOffset before = TimeProvider.System.GetUtcNow();

        var first = new CloudEvent("t", "/s", TimeProvider.System);
        var second = new CloudEvent("t", "/s", TimeProvider.System);

        first.Id.ShouldNotBe(second.Id);
        Guid.Parse(first.Id).Version.ShouldBe(7);
        first.Time!.Value.ShouldBeInRange(before, TimeProvider.System.GetUtcNow());
    }

    // Not inline data: the metadata of an attribute cannot hold broken surrogate pairs.
    public static TheoryData<string> IllegalTexts { get; } = ["", "a\u0007b", "a\u009Fb", "a\uD800b", "a\uDC00b", "a\uD800"];

    [Theory]
    [MemberData(nameof(IllegalTexts))]
    public void Text_that_could_not_be_written_is_refused_at_once(string text)
    {
        Should.Throw<ArgumentException>(() => Any with { Id = text });
        Should.Throw<ArgumentException>(() => Any with { Subject = text });
        Should.Throw<ArgumentException>(() => Any with { CorrelationId = text });
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("under_score")]
    [InlineData("")]
    [InlineData("data")]
    [InlineData("id")]
    [InlineData("correlationid")]
    [InlineData("straße")]
    public void An_extension_has_a_legal_name_and_no_property_of_its_own(string name) =>
        Should.Throw<ArgumentException>(() => Any with { Extensions = new Dictionary<string, string> { [name] = "x" } });

    [Fact]
    public void An_extension_may_be_empty() =>
        (Any with { Extensions = new Dictionary<string, string> { ["x"] = "" } }).Extensions["x"].ShouldBe("");

    [Fact]
    public void What_happens_to_the_given_extensions_later_does_not_change_the_event()
    {
        var given = new Dictionary<string, string> { ["x"] = "1" };
        CloudEvent cloudEvent = Any with { Extensions = given };

        given["x"] = "2";

        cloudEvent.Extensions["x"].ShouldBe("1");
    }

    [Fact]
    public void Events_are_equal_if_their_attributes_and_bytes_are()
    {
        CloudEvent one = Any with { Data = new byte[] { 1 }, Extensions = new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" } };
        CloudEvent same = Any with { Data = new byte[] { 1 }, Extensions = new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" } };

        one.ShouldBe(same);
        one.GetHashCode().ShouldBe(same.GetHashCode());
        one.ShouldNotBe(same with { Data = new byte[] { 2 } });
        one.ShouldNotBe(same with { Extensions = new Dictionary<string, string> { ["x"] = "1", ["y"] = "3" } });
        Any.ShouldNotBe(Any with { Data = ReadOnlyMemory<byte>.Empty });
    }

    [Fact]
    public void An_event_within_other_JSON_is_in_the_JSON_event_format()
    {
        var envelope = new Envelope(Any with { DataContentType = "application/json", Data = "[1]"u8.ToArray() });

        string json = JsonSerializer.Serialize(envelope);

        json.ShouldBe("""{"Event":{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"application/json","data":[1]}}""");
        JsonSerializer.Deserialize<Envelope>(json).ShouldBe(envelope);
    }

    public sealed record Envelope(CloudEvent Event);
}
