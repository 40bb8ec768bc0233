using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;
using Ganglion.Oversight;
using Ganglion.Registry;
using Ganglion.Routes;
using Ganglion.Routing;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Routing;

public sealed class RouteRulesTests : IAsyncDisposable
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private readonly RouteOversight _oversight;

    public RouteRulesTests() => _oversight = new RouteOversight(_broker, TimeProvider.System);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private RouteTable Routes => _oversight.Routes;

    public async ValueTask DisposeAsync()
    {
        await _oversight.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Theory]
    [InlineData("mirror", """{"to":"notes"}""")]
    [InlineData("divert", """{"to":"notes"}""")]
    [InlineData("split", """{"weights":{"a":1,"notes":1}}""")]
    public async Task A_stage_that_sends_events_to_its_own_entry_is_refused(string kind, string settings)
    {
        RouteException refused = await RefusedAsync(Route.Direct("notes").Insert(StageOf("s", kind, settings)));

        refused.Code.ShouldBe("route-invalid");
        refused.Message.ShouldContain("Events would go round in a circle: notes → notes.");
        (await _broker.Topics.FindAsync("notes.cleaned", Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task A_circle_through_stages_of_several_routes_is_refused_and_shown()
    {
        await Routes.ChangeAsync(Route.Direct("a").Insert(StageOf("s", "mirror", """{"to":"b"}""")), cancellationToken: Cancelled);
        await Routes.ChangeAsync(Route.Direct("b").Insert(StageOf("s", "split", """{"weights":{"c":1,"d":1}}""")), cancellationToken: Cancelled);

        RouteException refused = await RefusedAsync(Route.Direct("d").Insert(StageOf("s", "divert", """{"to":"a"}""")));

        refused.Message.ShouldContain("Events would go round in a circle: d → a → b → d.");
        await Routes.ChangeAsync(Route.Direct("d").Insert(StageOf("s", "divert", """{"to":"e"}""")), cancellationToken: Cancelled);
    }

    [Fact]
    public async Task A_lane_that_would_be_the_exit_is_refused()
    {
        Route route = Route.Direct("notes") with { Exit = "notes.gold", Stages = [StageOf("tiers", "lanes", """{"attribute":"tier","lanes":[{"name":"gold"}]}""")] };

        (await RefusedAsync(route)).Message.ShouldContain("The lane 'gold' is its entry or its exit, 'notes.gold'");
    }

    [Fact]
    public async Task Two_stages_that_lead_to_one_topic_make_no_circle()
    {
        Route route = Route.Direct("notes").Insert(StageOf("a", "mirror", """{"to":"x"}""")).Insert(StageOf("b", "mirror", """{"to":"x"}"""));

        (await Routes.ChangeAsync(route, cancellationToken: Cancelled)).Route.Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_kind_that_nobody_knows_is_refused_with_those_that_are_known()
    {
        RouteException refused = await RefusedAsync(Route.Direct("notes").Insert(StageOf("s", "oracle", "{}")));

        refused.Code.ShouldBe("route-invalid");
        refused.Message.ShouldContain("'oracle': it knows ");
        refused.Message.ShouldContain("mirror");
    }

    [Fact]
    public async Task A_kind_that_another_host_has_the_code_for_is_taken_as_long_as_that_host_lives()
    {
        Route route = Route.Direct("notes").Insert(StageOf("s", "oracle", """{"deep":true}"""));
        await using var other = new AgentRegistry(_broker, "/other", TimeProvider.System, NullLogger.Instance) { StageKinds = ["oracle"] };
        await other.AnnounceAsync([], Cancelled);

        await _oversight.Routes.CheckAsync(route, Cancelled);
        await other.WithdrawAsync(Cancelled);

        (await RefusedAsync(route)).Message.ShouldContain("'oracle'");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_announces_the_kinds_that_it_has_the_code_for()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(
            ganglion => ganglion.AddAgent("reader", agent => agent.On("notes", (CloudEvent _) => { })));
        await using var others = new AgentRegistry(host.Broker, "/other", TimeProvider.System, NullLogger.Instance);

        (await others.ListStageKindsAsync(Cancelled)).ShouldBe(host.Host.Services.GetRequiredService<StageKinds>().Names, ignoreOrder: true);
    }

    [Fact]
    public async Task All_that_is_wrong_with_settings_is_told_at_once()
    {
        Route route = Route.Direct("notes")
            .Insert(StageOf("a", "mirror", """{"to":"no topic","share":2,"colour":"red"}"""))
            .Insert(StageOf("b", "split", "{}"));

        RouteException refused = await RefusedAsync(route);

        refused.Message.ShouldContain("The stage 'a':to is 'no topic': name a topic");
        refused.Message.ShouldContain("The stage 'a':share is 2: set a number from 0 to 1");
        refused.Message.ShouldContain("The stage 'a':colour means nothing");
        refused.Message.ShouldContain("The stage 'b':weights gives nothing a weight");
    }

    [Fact]
    public async Task A_channel_whose_router_would_have_too_long_a_name_is_refused()
    {
        RouteException refused = await RefusedAsync(Route.Direct(new string('n', 195)).Insert(StageOf("s", "mirror", """{"to":"x"}""")));

        refused.Message.ShouldContain("too long");
    }

    [Theory]
    [InlineData(CleanupPolicy.None, false)]
    [InlineData(CleanupPolicy.Delete, false)]
    [InlineData(CleanupPolicy.Compact, true)]
    [InlineData(CleanupPolicy.Compact | CleanupPolicy.Delete, true)]
    public async Task Only_a_compacted_topic_can_be_no_entry(CleanupPolicy cleanup, bool isRefused)
    {
        await _broker.Topics.CreateAsync("notes", new TopicSettings { Cleanup = cleanup }, Cancelled);
        Route route = Route.Direct("notes").Insert(StageOf("s", "mirror", """{"to":"x"}"""));

        if (isRefused)
        {
            (await RefusedAsync(route)).Message.ShouldContain("'notes' is a compacted topic");
        }
        else
        {
            (await Routes.ChangeAsync(route, cancellationToken: Cancelled)).Route.Version.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Who_was_slower_is_told_what_the_other_has_done()
    {
        Route seen = await Routes.FindAsync("notes", Cancelled);
        await Routes.ChangeAsync(seen.Insert(StageOf("copy", "mirror", """{"to":"x"}""")), "maria", cancellationToken: Cancelled);

        RouteException late = await Should.ThrowAsync<RouteException>(Routes.FindAsync("notes", seen.Version, Cancelled).AsTask());
        RouteException refused = await RefusedAsync(seen.Insert(StageOf("other", "mirror", """{"to":"y"}""")));

        refused.Code.ShouldBe("route-changed");
        refused.Message.ShouldStartWith("'notes' has a route already: maria led 'notes' to 'notes.cleaned', inserted 'copy' at ");
        late.Message.ShouldBe(refused.Message);
    }

    private static Stage StageOf(string name, string kind, string settings) =>
        new(name, kind) { Settings = JsonSerializer.Deserialize<JsonElement>(settings) };

    private Task<RouteException> RefusedAsync(Route route) =>
        Should.ThrowAsync<RouteException>(Routes.ChangeAsync(route, cancellationToken: Cancelled).AsTask());
}
