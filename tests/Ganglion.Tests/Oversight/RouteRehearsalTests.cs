using System.Text;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;
using Ganglion.Oversight;
using Ganglion.Routes;

namespace Ganglion.Tests.Oversight;

public sealed class RouteRehearsalTests : IAsyncDisposable
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private readonly RouteOversight _oversight;
    private int _appended;

    public RouteRehearsalTests() => _oversight = new RouteOversight(_broker, TimeProvider.System);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _oversight.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task A_rehearsal_shows_where_each_event_would_go_and_writes_nothing()
    {
        await AppendAsync("notes", 0, "one", "two", "three");
        Route proposed = (await FindAsync("notes"))
            .Insert(StageOf("copy", "mirror", """{"to":"copies"}""")).Insert(StageOf("stop", "divert", """{"to":"aside"}"""));
        IReadOnlyList<TopicDescription> before = await _broker.Topics.ListAsync(Cancelled);

        List<RehearsedEvent> rehearsed = await RehearseAsync(proposed);

        rehearsed.Select(one => one.Key).ShouldBe(["one", "two", "three"]);
        rehearsed.ShouldAllBe(one => one.Now.Single() == new RehearsedWay("notes", null));
        rehearsed.ShouldAllBe(one => one.Then.SequenceEqual(new[] { new RehearsedWay("copies", "copy"), new RehearsedWay("aside", "stop") }));
        IReadOnlyList<TopicDescription> after = await _broker.Topics.ListAsync(Cancelled);
        after.Select(topic => (topic.Name, topic.Partitions.Sum(one => one.LatestOffset)))
            .ShouldBe(before.Select(topic => (topic.Name, topic.Partitions.Sum(one => one.LatestOffset))));
        (await FindAsync("notes")).Version.ShouldBe(0);
    }

    [Fact]
    public async Task What_goes_through_a_route_is_shown_beside_what_would()
    {
        Route route = (await FindAsync("notes")).Insert(StageOf("split", "split", """{"weights":{"notes.cleaned":1,"b":1}}"""));
        await _oversight.Routes.ChangeAsync(route, cancellationToken: Cancelled);
        await AppendAsync("notes", 0, [.. Enumerable.Range(0, 40).Select(number => $"key-{number}")]);

        List<RehearsedEvent> rehearsed = await RehearseAsync((await FindAsync("notes")).Remove("split"));

        rehearsed.Count.ShouldBe(40);
        rehearsed.ShouldAllBe(one => one.Then.Single() == new RehearsedWay("notes.cleaned", null));
        rehearsed.Select(one => one.Now.Single()).Distinct().ShouldBe(
            [new RehearsedWay("notes.cleaned", null), new RehearsedWay("b", "split")], ignoreOrder: true);
    }

    [Fact]
    public async Task The_newest_events_of_all_partitions_are_taken()
    {
        await _broker.Topics.CreateAsync("notes", new TopicSettings { Partitions = 2 }, Cancelled);
        for (int number = 0; number < 10; number++)
        {
            await AppendAsync("notes", number % 2, $"key-{number}");
        }

        List<RehearsedEvent> rehearsed = await RehearseAsync((await FindAsync("notes")).Insert(StageOf("copy", "mirror", """{"to":"x"}""")), last: 4);

        rehearsed.Select(one => one.Key).Order().ShouldBe(["key-6", "key-7", "key-8", "key-9"]);
    }

    [Fact]
    public async Task What_claims_to_be_an_event_and_is_none_would_be_parked()
    {
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: Cancelled);
        var broken = new Record(null, "{}"u8.ToArray()) { Headers = RecordHeaders.Empty.With(new RecordHeader("ce_specversion", "1.0")) };
        await producer.AppendAsync(new ProducerRecord("notes", broken, 0), Cancelled);

        RehearsedEvent rehearsed = (await RehearseAsync((await FindAsync("notes")).Insert(StageOf("copy", "mirror", """{"to":"x"}""")))).Single();

        rehearsed.Id.ShouldBeNull();
        rehearsed.Now.Single().ShouldBe(new RehearsedWay("notes", null));
        rehearsed.Then.Single().Topic.ShouldBe("notes.dlq");
        rehearsed.Then.Single().Fault.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_change_that_would_be_refused_is_refused()
    {
        Route seen = await FindAsync("notes");
        await _oversight.Routes.ChangeAsync(seen.Insert(StageOf("copy", "mirror", """{"to":"x"}""")), cancellationToken: Cancelled);

        RouteException late = await Should.ThrowAsync<RouteException>(RehearseAsync(seen.Insert(StageOf("b", "mirror", """{"to":"y"}"""))));
        RouteException circle = await Should.ThrowAsync<RouteException>(
            RehearseAsync((await FindAsync("notes")).Insert(StageOf("b", "mirror", """{"to":"notes"}"""))));

        late.Code.ShouldBe("route-changed");
        circle.Code.ShouldBe("route-invalid");
    }

    [Fact]
    public async Task An_entry_that_does_not_exist_yet_has_no_events()
    {
        Route route = new() { Channel = "chat", Entry = "chat.raw", Exit = "chat.cleaned" };

        (await RehearseAsync(route)).ShouldBeEmpty();
        (await _broker.Topics.FindAsync("chat.raw", Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task Who_has_enough_need_not_wait_for_the_rest()
    {
        await AppendAsync("notes", 0, "one", "two");
        using var enough = new CancellationTokenSource();
        IAsyncEnumerable<RehearsedEvent> events = await _oversight.RehearseAsync(
            (await FindAsync("notes")).Insert(StageOf("copy", "mirror", """{"to":"x"}""")), cancellationToken: enough.Token);
        await enough.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await events.ToListAsync(Cancelled));
    }

    private static Stage StageOf(string name, string kind, string settings) =>
        new(name, kind) { Settings = JsonSerializer.Deserialize<JsonElement>(settings) };

    private ValueTask<Route> FindAsync(string channel) => _oversight.Routes.FindAsync(channel, Cancelled);

    private async Task<List<RehearsedEvent>> RehearseAsync(Route route, int last = 100) =>
        await (await _oversight.RehearseAsync(route, last, Cancelled)).ToListAsync(Cancelled);

    private async Task AppendAsync(string topic, int partition, params string[] keys)
    {
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: Cancelled);
        foreach (string key in keys)
        {
            var note = new CloudEvent("note", "/tests", TimeProvider.System);
            Record record = EventCodec.Encode(note, Encoding.UTF8.GetBytes(key)) with { Timestamp = DateTimeOffset.UnixEpoch.AddSeconds(_appended++) };
            await producer.AppendAsync(new ProducerRecord(topic, record, partition), Cancelled);
        }
    }
}
