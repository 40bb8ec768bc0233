using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Routes;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Routing;

public sealed class RouteChangeTests
{
    private const int Keys = 10;

    private readonly ConcurrentQueue<(string Key, int Number)> _read = new();

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    [Fact(Timeout = 60_000)]
    public async Task A_stage_is_put_before_an_agent_while_it_works_and_each_event_comes_once_and_in_order()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Agents);
        Task publishing = PublishAsync(host, 0, 60);
        await WhenAsync(() => _read.Count >= 5 * Keys);

        RouteChange change = await InsertAsync(host, Mirror("copy", "copies"));
        await publishing;
        await PublishAsync(host, 60, 20);
        await WhenAsync(() => _read.Count >= 80 * Keys);

        AssertEachOnceInOrder(80);
        await AssertMirroredAsync(host, "copies", from: change.Offsets, to: null);
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_change_holds_from_its_marker_on_in_every_process()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(Agents);
        await host.RunAsync(Agents);
        Task publishing = PublishAsync(host, 0, 100);

        RouteChange first = await InsertAsync(host, Mirror("a", "copies.a"));
        RouteChange second = await InsertAsync(host, Mirror("b", "copies.b"));
        RouteChange third = await ChangeAsync(host, route => route.Remove("a"));
        RouteChange last = await ChangeAsync(host, route => route.Remove("b"));
        await publishing;
        await PublishAsync(host, 100, 5);
        await WhenAsync(() => _read.Count >= 105 * Keys);

        AssertEachOnce(105);
        await AssertMirroredAsync(host, "copies.a", first.Offsets, third.Offsets);
        await AssertMirroredAsync(host, "copies.b", second.Offsets, last.Offsets);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_lies_behind_a_change_goes_the_new_way_however_late_it_is_read()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(Agents);
        await PublishAsync(host, 0, 5);
        await WhenAsync(() => _read.Count == 5 * Keys);
        await host.StopAsync();
        await host.RunAsync(static _ => { });
        await PublishAsync(host, 5, 5);
        RouteChange first = await InsertAsync(host, Mirror("a", "copies.a"));
        await PublishAsync(host, 10, 5);
        RouteChange second = await ChangeAsync(host, route => route.Remove("a"));
        await host.StopAsync();

        await host.RunAsync(Agents);
        await PublishAsync(host, 15, 5);
        await WhenAsync(() => _read.Count >= 20 * Keys);

        AssertEachOnceInOrder(20);
        await AssertMirroredAsync(host, "copies.a", first.Offsets, second.Offsets);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_agent_that_comes_later_reads_what_lay_before_the_route_and_what_came_through_it()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(static _ => { });
        await PublishAsync(host, 0, 5);
        await InsertAsync(host, Mirror("copy", "copies"));
        await PublishAsync(host, 5, 5);
        await host.ReadAsync("notes.cleaned", 5 * Keys);

        await host.RunAsync(Agents);
        await WhenAsync(() => _read.Count >= 10 * Keys);

        AssertEachOnceInOrder(10);
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_two_who_change_a_route_at_once_one_is_told_and_has_changed_nothing()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Agents);
        Route seen = await TableOf(host).FindAsync("notes", Timeout);

        Task<RouteChange>[] changes =
        [
            .. Enumerable.Range(0, 8).Select(number => Task.Run(() =>
                TableOf(host).ChangeAsync(seen.Insert(Mirror("copy", $"copies.{number}")), $"operator {number}", cancellationToken: Timeout).AsTask())),
        ];
        await Task.WhenAll(changes).ContinueWith(_ => { }, TaskScheduler.Default);
        await PublishAsync(host, 0, 5);
        await WhenAsync(() => _read.Count >= 5 * Keys);

        RouteChange won = (await Task.WhenAll(changes.Where(change => change.IsCompletedSuccessfully))).ShouldHaveSingleItem();
        changes.Where(change => change.IsFaulted).ShouldAllBe(change => ((RouteException)change.Exception!.InnerException!).Code == "route-changed");
        (await TableOf(host).ListChangesAsync("notes", Timeout)).ShouldHaveSingleItem().By.ShouldBe(won.By);
        AssertEachOnceInOrder(5);
        await AssertMirroredAsync(host, $"copies.{won.By![^1]}", won.Offsets, to: null);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_route_with_an_entry_of_its_own_is_published_to_there_and_read_at_its_exit()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(static _ => { });
        var route = new Route { Channel = "notes", Entry = "notes.raw", Exit = "notes.final", Stages = [Mirror("copy", "copies")] };
        await TableOf(host).ChangeAsync(route, cancellationToken: Timeout);

        await host.RunAsync(Agents);
        await PublishAsync(host, 0, 5);
        await WhenAsync(() => _read.Count >= 5 * Keys);

        AssertEachOnceInOrder(5);
        (await host.Broker.Topics.FindAsync("notes", Timeout)).ShouldBeNull();
        await host.ReadAsync("notes.raw", 5 * Keys);
        await host.ReadAsync("notes.final", 5 * Keys);
        await host.ReadAsync("copies", 5 * Keys);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_passes_is_the_record_that_was_published()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(static _ => { });
        await InsertAsync(host, Mirror("copy", "copies"));
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        Record record = EventCodec.Encode(
            new CloudEvent("note", "/tests", TimeProvider.System) { Data = "hello"u8.ToArray(), DataContentType = "text/plain" }, "key"u8.ToArray());
        record = record with { Headers = record.Headers.With(new RecordHeader("own", "header")) };
        TopicPartitionOffset at = await producer.AppendAsync(new ProducerRecord("notes", record), Timeout);

        (CloudEvent _, Record left) = (await host.ReadRecordsAsync("notes.cleaned", 1)).Single();

        left.Headers.ShouldBe(record.Headers);
        left.Value!.Value.Span.SequenceEqual("hello"u8).ShouldBeTrue();
        left.Key!.Value.Span.SequenceEqual("key"u8).ShouldBeTrue();
        at.Partition.Topic.ShouldBe("notes");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bare_record_keeps_who_it_is()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(static _ => { });
        await InsertAsync(host, Mirror("copy", "copies"));
        TopicPartitionOffset at = await host.AppendAsync("notes", null, """{"number":1}""");

        CloudEvent left = (await host.ReadAsync("notes.cleaned", 1)).Single();

        left.Id.ShouldBe(at.ToString());
        left.Type.ShouldBe("notes");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_route_that_was_written_by_somebody_else_and_makes_no_sense_keeps_no_other_from_working()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Agents);
        foreach (string written in (string[])
        [
            "null",
            """{"channel":"odd","version":1,"entry":"odd","exit":"odd.cleaned","stages":[null],"ends":[]}""",
            """{"channel":"odd","version":1,"entry":"odd","exit":"odd.cleaned","stages":[{"name":"copy","kind":"mirror","settings":{"to":"\ud800"}}],"ends":[0,0,7]}""",
        ])
        {
            // Its partitions have no marker, and there are not as many.
            await host.Broker.Topics.EnsureAsync("odd", new TopicSettings { Partitions = 2 }, Timeout);
            await WriteAsync(host, written);
        }

        await InsertAsync(host, Mirror("copy", "copies"));
        await PublishAsync(host, 0, 1);
        await WhenAsync(() => _read.Count >= Keys);

        (await TableOf(host).ListAsync(Timeout)).Select(route => route.Channel).ShouldBe(["notes", "odd"]);
        AssertEachOnce(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_reads_the_exit_by_now_is_not_behind_in_the_entry_and_begins_there_no_more()
    {
        var time = new ManualTime();
        await using var host = new AgentTestHost();
        await host.RunAsync(Agents, time);
        await PublishAsync(host, 0, 5);
        await InsertAsync(host, Mirror("copy", "copies"));
        await PublishAsync(host, 5, 20);
        await WhenAsync(() => _read.Count >= 25 * Keys);

        while ((await host.Broker.Groups.FindAsync("reader", Timeout))!.Offsets.Any(offset => offset.Partition.Topic == "notes" && offset.Lag > 0))
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(2, Timeout);
        }

        await host.StopAsync();
        await host.RunAsync(Agents);
        await PublishAsync(host, 25, 5);
        await WhenAsync(() => _read.Count >= 30 * Keys);
        AssertEachOnceInOrder(30);
    }

    private static async Task WriteAsync(AgentTestHost host, string data)
    {
        var change = new CloudEvent(RouteMarker.Type, "/somebody", TimeProvider.System) { Id = "id", Subject = "odd", DataContentType = "application/json", Data = Encoding.UTF8.GetBytes(data) };
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        await producer.AppendAsync(new ProducerRecord("ganglion.routes", EventCodec.Encode(change, "odd/1/id"u8.ToArray()), 0), Timeout);
    }

    private static Stage Mirror(string name, string to) => new(name, "mirror") { Settings = JsonSerializer.SerializeToElement(new { to }) };

    private static RouteTable TableOf(AgentTestHost host) => host.Host.Services.GetRequiredService<RouteTable>();

    private static Task<RouteChange> InsertAsync(AgentTestHost host, Stage stage) => ChangeAsync(host, route => route.Insert(stage));

    private static async Task<RouteChange> ChangeAsync(AgentTestHost host, Func<Route, Route> change) =>
        await TableOf(host).ChangeAsync(change(await TableOf(host).FindAsync("notes", Timeout)), "maria", "a test", Timeout);

    private void Agents(GanglionBuilder ganglion) => ganglion
        .AddAgent("reader", agent => agent.On<Note>("notes", (note, context) => _read.Enqueue((context.Self.Key, note.Number))));

    private static async Task PublishAsync(AgentTestHost host, int first, int count)
    {
        for (int number = first; number < first + count; number++)
        {
            await Task.WhenAll(Enumerable.Range(0, Keys).Select(key => host.Publisher.PublishAsync("notes", new Note(number), $"key-{key}", Timeout).AsTask()));
        }
    }

    private void AssertEachOnce(int each)
    {
        foreach (var key in _read.GroupBy(entry => entry.Key))
        {
            key.Select(entry => entry.Number).Order().ShouldBe(Enumerable.Range(0, each));
        }
    }

    private void AssertEachOnceInOrder(int each)
    {
        foreach (var key in _read.GroupBy(entry => entry.Key))
        {
            key.Select(entry => entry.Number).ShouldBe(Enumerable.Range(0, each));
        }
    }

    // The copies are exactly what lies in the entry between two markers.
    private static async Task AssertMirroredAsync(AgentTestHost host, string copies, IReadOnlyList<long>? from, IReadOnlyList<long>? to)
    {
        var expected = new List<string>();
        TopicDescription entry = (await host.Broker.Topics.FindAsync("notes", Timeout))!;
        foreach (PartitionDescription partition in entry.Partitions)
        {
            await using IEventReader reader = await host.Broker.CreateReaderAsync(
                new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [new("notes", partition.Partition)] = OffsetPosition.Earliest } }, Timeout);
            for (long next = 0; next < partition.LatestOffset;)
            {
                ConsumedBatch batch = await reader.ReadAsync(Timeout);
                next = batch.NextOffset;
                expected.AddRange(batch.Records
                    .Where(record => record.Offset > from![partition.Partition] && record.Offset < (to?[partition.Partition] ?? long.MaxValue))
                    .Where(record => !RouteMarker.TryRead(record.Record, out _))
                    .Select(record => EventCodec.Decode(record.Record, "notes", partition.Partition, record.Offset).Id));
            }
        }

        TopicDescription? found = await host.Broker.Topics.FindAsync(copies, Timeout);
        long count = found?.Partitions.Sum(partition => partition.LatestOffset) ?? 0;
        count.ShouldBe(expected.Count);
        IEnumerable<CloudEvent> mirrored = count == 0 ? [] : await host.ReadAsync(copies, (int)count);
        mirrored.Select(copy => copy.Id).Order().ShouldBe(expected.Order());
    }

    private static async Task WhenAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
        }
    }
}
