using System.Text;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Guards;
using Ganglion.Oversight;
using Ganglion.Routes;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Oversight;

public sealed class GuardReplayTests : IAsyncLifetime
{
    private AgentTestHost _host = null!;
    private int _said;

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    private RouteOversight Oversight => _host.Host.Services.GetRequiredService<RouteOversight>();

    public async ValueTask InitializeAsync() => _host = await AgentTestHost.StartAsync(ganglion => ganglion
        .AddGuard("judge", (guarded, _) => new(TextOf(guarded) switch
        {
            "bad" => Verdict.Block("rude"),
            "secret" => Verdict.Change(guarded.Event with { Data = "***"u8.ToArray() }, "1 × secret"),
            "scored" => Verdict.Escalate("law", score: 0.8),
            _ => Verdict.Pass(),
        }))
        .AddGuard("judge", (guarded, _) => new(TextOf(guarded) switch
        {
            "bad" => Verdict.Block("very rude"),
            "secret" => Verdict.Change(guarded.Event with { Data = "[secret]"u8.ToArray() }, "1 × secret"),
            "scored" => Verdict.Escalate("law", score: 0.9),
            "new" => Verdict.Block("rude"),
            "broken" => throw new InvalidOperationException("I cannot."),
            _ => Verdict.Pass(),
        }), version: "2"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact(Timeout = 60_000)]
    public async Task A_replay_tells_what_another_version_decides_otherwise_and_writes_nothing()
    {
        await SayAsync("hello", "bad", "secret", "scored", "new", "broken");
        Dictionary<string, long> before = await EndsAsync();
        int groups = (await _host.Broker.Groups.ListAsync(Timeout)).Count;

        List<ReplayedEvent> replayed = await ReplayAsync(new GuardReplay(GuardOf("2"), "notes") { Against = GuardOf("1") });

        replayed.Select(one => $"{one.Key}: {Described(one.Now)} → {Described(one.Then)}{(one.IsDifferent ? "" : ", the same")}").ShouldBe(
        [
            "hello: Pass → Pass, the same",
            "bad: Block rude → Block very rude",
            "secret: Change 1 × secret → Change 1 × secret",
            "scored: Escalate law → Escalate law, the same",
            "new: Pass → Block rude",
            "broken: Pass → none guard-failed",
        ]);
        replayed.Select(one => one.Position.Offset).ShouldBe([0, 1, 2, 3, 4, 5]);
        (await EndsAsync()).ShouldBe(before);
        (await _host.Broker.Groups.ListAsync(Timeout)).Count.ShouldBe(groups);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_nobody_judges_now_all_events_pass_but_those_that_are_none()
    {
        await SayAsync("bad", "hello");
        await using IEventProducer producer = await _host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        var broken = new Record(null, "{}"u8.ToArray()) { Headers = RecordHeaders.Empty.With(new RecordHeader("ce_specversion", "1.0")) };
        await producer.AppendAsync(new ProducerRecord("notes", broken, 0), Timeout);

        List<ReplayedEvent> replayed = await ReplayAsync(new GuardReplay(GuardOf("1"), "notes"));

        replayed.Select(one => (one.Now.Kind, one.Then.Kind, one.IsDifferent)).ShouldBe(
            [(VerdictKind.Pass, VerdictKind.Block, true), (VerdictKind.Pass, VerdictKind.Pass, false), (null, null, false)]);
        (replayed[2].Id, replayed[2].Then.Reason).ShouldSatisfyAllConditions(one => one.Id.ShouldBeNull(), one => one.Reason.ShouldNotBeNullOrEmpty());
    }

    [Fact(Timeout = 60_000)]
    public async Task Events_are_judged_from_a_place_on_up_to_what_was_the_end()
    {
        await SayAsync("one", "two", "three");
        var replay = new GuardReplay(GuardOf("1"), "notes");

        (await ReplayAsync(replay with { Since = OffsetPosition.At(2) })).Select(one => one.Key).ShouldBe(["three"]);
        (await ReplayAsync(replay with { Since = OffsetPosition.Since(DateTimeOffset.UnixEpoch.AddSeconds(1)) })).Select(one => one.Key).ShouldBe(["two", "three"]);
        (await ReplayAsync(replay with { Since = OffsetPosition.At(50) })).ShouldBeEmpty();

        var read = new List<string?>();
        await foreach (ReplayedEvent one in Oversight.ReplayAsync(replay, Timeout))
        {
            read.Add(one.Key);
            await SayAsync("more");
        }

        read.ShouldBe(["one", "two", "three"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_channel_with_a_route_is_replayed_from_its_entry_with_the_guard_that_it_has_to_compare()
    {
        RouteTable routes = Oversight.Routes;
        await _host.Broker.Topics.CreateAsync("chat.raw", new TopicSettings(), Timeout);
        var guarded = new Route
        {
            Channel = "chat",
            Entry = "chat.raw",
            Exit = "chat.cleaned",
            Stages =
            [
                new Stage("first", "guard") { Settings = JsonSerializer.SerializeToElement(new { guard = "judge", version = "1" }) },
                new Stage("short", "guard") { Settings = JsonSerializer.SerializeToElement(new { guardKind = "rules", settings = new { maxLength = 5 } }) },
            ],
        };
        await routes.ChangeAsync(guarded, cancellationToken: Timeout);

        (await Oversight.FindGuardAsync("chat", "judge", Timeout))!.Description.Version.ShouldBe("1");
        (await Oversight.FindGuardAsync("chat", "short", Timeout))!.Description.Kind.ShouldBe("rules");
        (await Oversight.FindGuardAsync("chat", "absent", Timeout)).ShouldBeNull();
        (await Oversight.FindGuardAsync("notes", "judge", Timeout)).ShouldBeNull();
        (await ReplayAsync(new GuardReplay(GuardOf("2"), "chat"))).ShouldBeEmpty("The marker of the change is no event.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_topic_that_is_not_there_is_not_made()
    {
        TopicException absent = await Should.ThrowAsync<TopicException>(ReplayAsync(new GuardReplay(GuardOf("1"), "notes") { Topic = "elsewhere" }));

        absent.Code.ShouldBe("topic-not-found");
        (await _host.Broker.Topics.FindAsync("elsewhere", Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_has_enough_need_not_wait_for_the_rest()
    {
        await SayAsync("one", "two");
        using var enough = new CancellationTokenSource();
        await using IAsyncEnumerator<ReplayedEvent> replayed = Oversight.ReplayAsync(new GuardReplay(GuardOf("1"), "notes"), enough.Token).GetAsyncEnumerator(Timeout);
        await replayed.MoveNextAsync();

        await enough.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await replayed.MoveNextAsync());
    }

    private static string TextOf(GuardedEvent guarded) => Encoding.UTF8.GetString(guarded.Event.Data!.Value.Span);

    private static string Described(ReplayedVerdict verdict) => $"{verdict.Kind?.ToString() ?? "none"} {verdict.Reason}".TrimEnd();

    private GuardRunner GuardOf(string version) => _host.Host.Services.GetRequiredService<GuardCatalog>().Get("judge", version);

    private async Task<List<ReplayedEvent>> ReplayAsync(GuardReplay replay) => await Oversight.ReplayAsync(replay, Timeout).ToListAsync(Timeout);

    private async Task<Dictionary<string, long>> EndsAsync() =>
        (await _host.Broker.Topics.ListAsync(Timeout))
            .ToDictionary(topic => topic.Name, topic => topic.Partitions.Sum(one => one.LatestOffset));

    private async Task SayAsync(params string[] texts)
    {
        await using IEventProducer producer = await _host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        foreach (string text in texts)
        {
            var said = new CloudEvent("notes", "/tests", TimeProvider.System) { DataContentType = "text/plain", Data = Encoding.UTF8.GetBytes(text) };
            Record record = EventCodec.Encode(said, Encoding.UTF8.GetBytes(text)) with { Timestamp = DateTimeOffset.UnixEpoch.AddSeconds(_said++) };
            await producer.AppendAsync(new ProducerRecord("notes", record, 0), Timeout);
        }
    }
}
