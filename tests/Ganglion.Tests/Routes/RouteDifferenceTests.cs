using System.Text.Json;
using Ganglion.Routes;

namespace Ganglion.Tests.Routes;

public sealed class RouteDifferenceTests
{
    private static readonly Route Before = new()
    {
        Channel = "notes",
        Entry = "notes",
        Exit = "notes.cleaned",
        Stages = [new Stage("pii", "guard"), new Stage("tone", "guard"), new Stage("copy", "mirror") { Settings = Settings("""{"to":"x","share":1}""") }],
    };

    public static TheoryData<Route, string> Changes() => new()
    {
        { Before, "changed nothing" },
        { Before.Insert(new Stage("new", "guard"), before: "tone"), "inserted 'new' before 'tone'" },
        { Before.Insert(new Stage("new", "guard")), "inserted 'new' behind 'copy'" },
        { Before.Remove("tone"), "removed 'tone'" },
        { Before.Replace("tone", new Stage("voice", "guard")), "replaced 'tone' by 'voice'" },
        { Before.Replace("tone", new Stage("tone", "mirror")), "made 'tone' a 'mirror' of a 'guard'" },
        { Before.Replace("copy", new Stage("copy", "mirror") { Settings = Settings("""{"to":"y"}""") }), "changed the settings of 'copy'" },
        { Before.Replace("copy", new Stage("copy", "mirror") { Settings = Settings("""{ "share": 1, "to": "x" }""") }), "changed nothing" },
        { Before with { Stages = [.. Before.Stages.Reverse()] }, "put them in the order 'copy', 'tone', 'pii'" },
        { Before with { Stages = [] }, "removed 'pii', removed 'tone', removed 'copy'" },
        { Before.Remove("pii").Insert(new Stage("new", "guard")), "removed 'pii', inserted 'new' behind 'copy'" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void What_was_changed_is_said_in_a_phrase(Route after, string phrase) =>
        new RouteChange(after, "id", default).Describe(Before).ShouldBe(phrase);

    [Fact]
    public void A_first_route_tells_from_where_to_where_it_leads() =>
        new RouteChange(Before with { Stages = [new Stage("pii", "guard")] }, "id", default).Describe(before: null)
            .ShouldBe("led 'notes' to 'notes.cleaned', inserted 'pii'");

    private static JsonElement Settings(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
