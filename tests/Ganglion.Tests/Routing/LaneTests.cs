using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Oversight;
using Ganglion.Routes;
using Ganglion.Routing;
using Ganglion.Tests.Runtime;
using Ganglion.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Routing;

/// <summary>Channels whose events go by lanes.</summary>
public sealed class LaneTests : IDisposable
{
    private const string Channel = "agent.requests";
    private readonly ConcurrentQueue<string> _read = new();
    private readonly SemaphoreSlim _gate = new(0);

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    public void Dispose() => _gate.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Each_event_goes_by_the_lane_that_it_names_and_the_agent_reads_all_of_them_as_one_channel()
    {
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Tiers(new { attribute = "tier" }));

        await AskAsync(host, ("a", "free"), ("b", "ENTERPRISE"), ("c", null), ("d", "gold"), ("e", "pro"));

        _gate.Release(1000);
        await WhenReadAsync(5);
        _read.Order().ShouldBe(["a", "b", "c", "d", "e"]);
        (await IdsAsync(host, "enterprise", 1)).ShouldBe(["b"]);
        (await IdsAsync(host, "pro", 1)).ShouldBe(["e"]);
        (await IdsAsync(host, "free", 3)).ShouldBe(["a", "c", "d"], ignoreOrder: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_lane_may_be_named_by_the_data()
    {
        _gate.Release(1000);
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Tiers(new { path = "customer.tier", @default = "pro" }));
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        foreach ((string id, string data) in ((string, string)[])[("a", """{"customer":{"tier":"free"}}"""), ("b", """{"customer":7}"""), ("c", "{no json")])
        {
            var request = new CloudEvent(Channel, "/tests", TimeProvider.System) { Id = id, DataContentType = "application/json", Data = Encoding.UTF8.GetBytes(data) };
            await producer.AppendAsync(new ProducerRecord(Channel, EventCodec.Encode(request, "k"u8.ToArray()), 0), Timeout);
        }

        (await IdsAsync(host, "free", 1)).ShouldBe(["a"]);
        (await IdsAsync(host, "pro", 2)).ShouldBe(["b", "c"], ignoreOrder: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_urgent_overtakes_what_waits_already()
    {
        await using AgentTestHost host = await StartAsync(concurrency: 1);
        await InsertAsync(host, Tiers(new { attribute = "tier" }));
        await AskAsync(host, [.. Enumerable.Range(0, 20).Select(i => ($"free {i}", (string?)"free"))]);
        await WhenReadAsync(1);
        await AskAsync(host, ("pro", "pro"), ("enterprise", "enterprise"));

        for (int handled = 2; _read.Count < 22; handled++)
        {
            _gate.Release();
            await WhenReadAsync(handled);
        }

        List<string> order = [.. _read];
        order.IndexOf("enterprise").ShouldBeLessThan(15, "nineteen of the lane 'free' were waiting before it");
        order.IndexOf("pro").ShouldBeLessThan(15);
        _gate.Release();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_tier_is_paused_by_itself()
    {
        await using AgentTestHost host = await StartAsync();
        Pauses pauses = host.Host.Services.GetRequiredService<Pauses>();
        _gate.Release(1000);
        await InsertAsync(host, Tiers(new { attribute = "tier" }));
        await pauses.PauseAsync(PauseTarget.OfTier("free"), cancellationToken: Timeout);

        await AskAsync(host, [.. Enumerable.Range(0, 5).Select(i => ($"free {i}", (string?)"free")), .. Enumerable.Range(0, 5).Select(i => ($"pro {i}", (string?)"pro"))]);
        await IdsAsync(host, "free", 5);
        await WhenReadAsync(5);

        _read.ShouldAllBe(id => id.StartsWith("pro", StringComparison.Ordinal));
        await pauses.ResumeAsync(PauseTarget.OfTier("free"), cancellationToken: Timeout);
        await WhenReadAsync(10);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_in_hand_of_a_tier_is_cancelled_by_itself()
    {
        await using AgentTestHost host = await StartAsync();
        Pauses pauses = host.Host.Services.GetRequiredService<Pauses>();
        await InsertAsync(host, Tiers(new { attribute = "tier" }));
        await AskAsync(host, ("a", "free"), ("b", "pro"));
        await WhenReadAsync(2);

        await pauses.PauseAsync(PauseTarget.OfTier("free"), cancelWork: true, cancellationToken: Timeout);
        await pauses.ResumeAsync(PauseTarget.OfTier("free"), cancellationToken: Timeout);
        await WhenReadAsync(3);
        _gate.Release(1000);
        await host.StopAsync();

        _read.Order().ShouldBe(["a", "a", "b"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_waits_where_nothing_was_handled_yet_is_counted_too()
    {
        await using AgentTestHost host = await StartAsync(concurrency: 1);
        await InsertAsync(host, Tiers(new { attribute = "tier" }));
        for (int i = 0; i < 3; i++)
        {
            await host.Publisher.PublishAsync($"{Channel}.pro", i, "k", Timeout);
        }

        await WhenReadAsync(1);
        RouteOversight oversight = host.Host.Services.GetRequiredService<RouteOversight>();
        IReadOnlyList<LaneStatus> lanes = await oversight.ListLanesAsync(Channel, Timeout);

        lanes.Select(lane => (lane.Name, lane.Topic, lane.Waiting["worker"])).ShouldBe(
            [("enterprise", $"{Channel}.enterprise", 0), ("pro", $"{Channel}.pro", 3), ("free", $"{Channel}.free", 0)]);
        _gate.Release(1000);
    }

    [Fact(Timeout = 60_000)]
    public async Task Clients_of_Kafka_may_publish_to_a_lane_themselves()
    {
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Tiers(new { attribute = "tier" }));

        await host.Publisher.PublishAsync($"{Channel}.enterprise", 1, "k", Timeout);

        _gate.Release(1000);
        await WhenReadAsync(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_comes_to_a_full_lane_is_told_so_at_once_and_the_other_lanes_go_on()
    {
        // One partition is that of every key: what would be forwarded to the inbox waits in the lane no longer.
        await using AgentTestHost host = await StartAsync(partitions: 1);
        object free = new { name = "free", mostWaiting = 3 };
        await InsertAsync(host, new Stage("tiers", "lanes")
        {
            Settings = JsonSerializer.SerializeToElement(new { attribute = "tier", fallbackTo = "replies", lanes = new[] { new { name = "pro" }, free } }),
        });

        await AskAsync(host, [.. Enumerable.Range(0, 3).Select(i => ($"free {i}", (string?)"free"))]);
        await IdsAsync(host, "free", 3);
        await AskAsync(host, ("free 3", "free"), ("free 4", "free"), ("pro", "pro"));

        List<CloudEvent> told = await host.ReadAsync("replies", 2);
        told.Select(one => one.CausationId).ShouldBe(["free 3", "free 4"], ignoreOrder: true);
        Encoding.UTF8.GetString(told[0].Data!.Value.Span).ShouldContain("Try again later.");
        _gate.Release(1000);
        await WhenReadAsync(4);
        _read.Order().ShouldBe(["free 0", "free 1", "free 2", "pro"]);
        for (int i = 0; !_read.Any(one => one.StartsWith("later", StringComparison.Ordinal)); i++)
        {
            // As soon as what waits was looked at again, there is room.
            await AskAsync(host, ($"later {i}", "free"));
            await Task.Delay(20, Timeout);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task How_long_events_wait_in_a_lane_is_measured_once_each_and_how_many_were_late()
    {
        string lane = $"timed-{Guid.NewGuid():N}";
        using var measured = new Measurements("ganglion.lane", lane);
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "worker",
            agent => agent.On<CloudEvent>(Channel, (request, context) =>
            {
                if (context.Attempt == 1)
                {
                    throw new IOException("It is tried again.");
                }

                _read.Enqueue(request.Id);
            }),
            options => (options.Concurrency, options.RetryDelay) = (1, TimeSpan.FromMilliseconds(1))));
        await InsertAsync(host, Stage(new { attribute = "tier", lanes = new[] { new { name = lane, within = "01:00:00" } } }));
        await WhenFollowedAsync(host);

        await AskAsync(host, ("in time", null));
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        var late = new CloudEvent(Channel, "/tests", TimeProvider.System) { Id = "late" };
        Record published = EventCodec.Encode(late, "k"u8.ToArray()) with { Timestamp = TimeProvider.System.GetUtcNow().AddHours(-2) };
        await producer.AppendAsync(new ProducerRecord($"{Channel}.{lane}", published, 0), Timeout);

        await WhenReadAsync(2);
        measured.Of("ganglion.lane.wait").Select(one => one.Value > 3600).Order().ShouldBe([false, true]);
        measured.Of("ganglion.lane.missed").ShouldHaveSingleItem().Value.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_waits_for_a_place_in_a_lane_has_it_as_soon_as_there_are_more()
    {
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Stage(new { attribute = "tier", lanes = new[] { new { name = "free", concurrency = 1 } } }));
        await WhenFollowedAsync(host);
        await AskAsync(host, ("a", "free"), ("b", "free"));
        await IdsAsync(host, "free", 2);
        await WhenReadAsync(1);

        await ChangeAsync(host, route => route.Replace("tiers", Stage(new { attribute = "tier", lanes = new[] { new { name = "free", concurrency = 2 } } })));

        await WhenReadAsync(2);
        _gate.Release(1000);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_blocks_in_a_lane_keeps_no_place_of_it()
    {
        using var blocked = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "worker",
            agent => agent.On<CloudEvent>(Channel, (request, _) =>
            {
                if (request.Id == "blocks")
                {
                    begun.SetResult();
                    blocked.Wait();
                }

                _read.Enqueue(request.Id);
            }),
            options => (options.Concurrency, options.HandlerTimeout) = (1, TimeSpan.FromMilliseconds(200))));
        await InsertAsync(host, Stage(new { attribute = "tier", lanes = new[] { new { name = "free", concurrency = 1 } } }));
        await WhenFollowedAsync(host);

        await AskAsync(host, ("blocks", "free"));
        await begun.Task;
        await AskAsync(host, ("goes on", "free"));

        await WhenReadAsync(1);
        _read.ShouldBe(["goes on"]);
        blocked.Set();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_waits_for_its_turn_in_lanes_has_it_also_when_they_are_gone()
    {
        await using AgentTestHost host = await StartAsync(concurrency: 1);
        await InsertAsync(host, Tiers(new { attribute = "tier" }));
        await WhenFollowedAsync(host);
        await AskAsync(host, ("a", "free"), ("b", "free"), ("c", "free"));
        await WhenReadAsync(1);
        await AskAsync(host, ("d", "pro"));
        await IdsAsync(host, "pro", 1);
        for (int begun = 2; !_read.Contains("d"); begun++)
        {
            _gate.Release();
            await WhenReadAsync(begun);
        }

        await ChangeAsync(host, route => route.Remove("tiers"));
        await WhenFollowedAsync(host, "third", "fourth");

        _gate.Release(1000);
        await WhenReadAsync(4);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lane_that_is_taken_out_is_read_behind_the_others()
    {
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Tiers(new { attribute = "tier" }));

        await ChangeAsync(host, route => route.Replace("tiers", Stage(new { attribute = "tier", lanes = new[] { new { name = "gold" }, new { name = "free" } } })));

        ((IRouteTable)TableOf(host)).LanesOf(Channel)!.All.Select(lane => lane.Name).ShouldBe(["gold", "free", "enterprise", "pro"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_lost_when_lanes_come_change_and_go()
    {
        await using AgentTestHost host = await StartAsync();
        _gate.Release(1000);
        await AskAsync(host, ("0", "free"));
        await InsertAsync(host, Tiers(new { attribute = "tier" }));
        await AskAsync(host, ("1", "free"), ("2", "pro"));
        await ChangeAsync(host, route => route.Replace("tiers", Stage(new { attribute = "tier", lanes = new[] { new { name = "gold" }, new { name = "free" } } })));
        await AskAsync(host, ("3", "pro"), ("4", "gold"));
        await ChangeAsync(host, route => route.Remove("tiers"));
        await AskAsync(host, ("5", "free"));
        await ChangeAsync(host, route => route.Insert(Tiers(new { attribute = "tier" })));
        await AskAsync(host, ("6", "pro"));

        await WhenReadAsync(7);
        _read.Order().ShouldBe(["0", "1", "2", "3", "4", "5", "6"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_read_by_a_prefix_comes_once()
    {
        await using AgentTestHost host = await StartAsync();
        _gate.Release(1000);
        await InsertAsync(host, Tiers(new { attribute = "tier" }));
        await AskAsync(host, ("a", "free"), ("b", "pro"));
        await WhenReadAsync(2);

        IReadOnlyList<ReadChannel> channels = ((IRouteTable)TableOf(host)).ChannelsOf($"{Channel}.free");
        channels.Select(channel => channel.Channel).ShouldBe([Channel]);
        channels[0].Topics.Select(topic => topic.Topic).ShouldBe([Channel, $"{Channel}.cleaned", $"{Channel}.enterprise", $"{Channel}.pro", $"{Channel}.free"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_dedicated_lane_is_for_those_who_read_its_topic()
    {
        await using AgentTestHost host = await StartAsync();
        var own = new ConcurrentQueue<string>();
        await host.RunAsync(ganglion => ganglion.AddAgent("own", agent => agent.On<CloudEvent>($"{Channel}.pro", (_, context) => own.Enqueue(context.Event.Id))));
        _gate.Release(1000);
        await InsertAsync(host, Stage(new { attribute = "tier", lanes = new object[] { new { name = "pro", dedicated = true }, new { name = "free" } } }));

        await AskAsync(host, ("a", "pro"), ("b", "free"));

        await WhenReadAsync(1);
        while (own.IsEmpty)
        {
            await Task.Delay(5, Timeout);
        }

        own.ShouldBe(["a"]);
        _read.ShouldBe(["b"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_person_has_approved_leaves_by_its_lane()
    {
        _gate.Release(1000);
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Tiers(new { attribute = "tier" }));
        await ChangeAsync(host, route => route.Insert(new Stage("stop", "approval")));
        await AskAsync(host, ("a", "pro"));
        ApprovalQueues approvals = host.Host.Services.GetRequiredService<ApprovalQueues>();
        ApprovalPage page = await approvals.ListAsync(cancellationToken: Timeout);
        while (page.Items.Count == 0)
        {
            await Task.Delay(5, Timeout);
            page = await approvals.ListAsync(cancellationToken: Timeout);
        }

        await approvals.ActAsync(new ApprovalCommand(page.Items[0].Id, ApprovalAction.Approve) { By = "maria", Version = page.Items[0].Version }, Timeout);

        (await IdsAsync(host, "pro", 1)).ShouldBe(["a"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{"tier":"\ud800"}""")]
    [InlineData("""{"\ud800":1,"tier":7}""")]
    [InlineData("{\"tier\":\"\u00ff\"}")]
    [InlineData("")]
    [InlineData("null")]
    public async Task Whoever_names_a_tier_that_nobody_can_read_has_none(string data)
    {
        _gate.Release(1000);
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Tiers(new { path = "tier" }));
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        var request = new CloudEvent(Channel, "/tests", TimeProvider.System) { Id = "a", DataContentType = "application/json", Data = Encoding.Latin1.GetBytes(data) };

        await producer.AppendAsync(new ProducerRecord(Channel, EventCodec.Encode(request, "k"u8.ToArray()), 0), Timeout);

        (await IdsAsync(host, "free", 1)).ShouldBe(["a"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_paused_tier_stays_paused_when_its_lanes_go()
    {
        await using AgentTestHost host = await StartAsync();
        Pauses pauses = host.Host.Services.GetRequiredService<Pauses>();
        _gate.Release(1000);
        await InsertAsync(host, Tiers(new { attribute = "tier" }));
        await pauses.PauseAsync(PauseTarget.OfTier("free"), cancellationToken: Timeout);
        await AskAsync(host, [.. Enumerable.Range(0, 5).Select(i => ($"free {i}", (string?)"free"))]);
        await IdsAsync(host, "free", 5);

        await ChangeAsync(host, route => route.Remove("tiers"));
        await host.Publisher.PublishAsync($"{Channel}.free", 1, "late", Timeout);
        await AskAsync(host, ("direct", "free"));
        await WhenReadAsync(1);
        await pauses.PauseAsync(PauseTarget.OfTier("another"), cancellationToken: Timeout);
        await AskAsync(host, ("more", "free"));
        await WhenReadAsync(2);

        _read.ShouldBe(["direct", "more"]);
        await pauses.ResumeAsync(PauseTarget.OfTier("free"), cancellationToken: Timeout);
        await WhenReadAsync(8);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lane_is_not_full_of_what_those_have_left_who_read_it_no_longer()
    {
        await using AgentTestHost host = await StartAsync();
        var own = new ConcurrentQueue<string>();
        await host.RunAsync(ganglion => ganglion.AddAgent("own", agent => agent.On<CloudEvent>($"{Channel}.pro", (_, context) => own.Enqueue(context.Event.Id))));
        _gate.Release(1000);
        Stage pro = Stage(new { attribute = "tier", fallbackTo = "replies", lanes = new object[] { new { name = "pro", mostWaiting = 3 }, new { name = "free" } } });
        await InsertAsync(host, pro);
        await AskAsync(host, ("a", "pro"));
        await WhenReadAsync(1);
        await ChangeAsync(host, route => route.Replace("tiers", Stage(
            new { attribute = "tier", fallbackTo = "replies", lanes = new object[] { new { name = "pro", mostWaiting = 3, dedicated = true }, new { name = "free" } } })));

        for (int i = 0; own.Count < 10; i++)
        {
            await AskAsync(host, ($"later {i}", "pro"));
            await Task.Delay(20, Timeout);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lane_whose_name_is_too_long_for_a_topic_is_refused()
    {
        await using AgentTestHost host = await StartAsync();

        RouteException refused = await Should.ThrowAsync<RouteException>(() =>
            InsertAsync(host, Stage(new { attribute = "tier", lanes = new[] { new { name = new string('a', 249) } } })));

        refused.Message.ShouldContain("can be no topic of a lane");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_that_is_disposed_without_a_stop_complains_of_nothing()
    {
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Tiers(new { attribute = "tier" }));
        var time = new ManualTime();
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton(TableOf(host)).AddSingleton(host.Host.Services.GetRequiredService<LaneReaders>()).AddSingleton(new LaneLoad(null)).AddSingleton<TimeProvider>(time)
            .BuildServiceProvider();
        using var watch = new LaneWatch(services, NullLogger<LaneWatch>.Instance);
        await watch.StartAsync(Timeout);
        await time.WhenTimerIsSetAsync(TimeSpan.FromMinutes(1));

        watch.Dispose();

        await watch.ExecuteTask!;
    }

    [Fact(Timeout = 60_000)]
    public async Task As_many_lanes_may_share_the_turns_as_there_are()
    {
        await using AgentTestHost host = await StartAsync();

        await InsertAsync(host, Stage(new { attribute = "tier", lanes = Enumerable.Range(0, 20).Select(i => new { name = $"lane{i}", share = 0.05 }) }));
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_channels_share_no_lane()
    {
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Tiers(new { attribute = "tier" }));
        RouteTable table = TableOf(host);
        Route other = new Route { Channel = "others", Entry = $"{Channel}.raw", Exit = "others.final" }.Insert(Tiers(new { attribute = "tier" }));

        RouteException refused = await Should.ThrowAsync<RouteException>(() => table.ChangeAsync(other, cancellationToken: Timeout).AsTask());

        refused.Message.ShouldContain("enterprise");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lane_whose_topic_was_deleted_goes_on()
    {
        await using AgentTestHost host = await StartAsync();
        _gate.Release(1000);
        await InsertAsync(host, Tiers(new { attribute = "tier" }));
        await AskAsync(host, ("a", "pro"));
        await WhenReadAsync(1);
        await host.Broker.Topics.DeleteAsync($"{Channel}.pro", Timeout);

        await AskAsync(host, ("b", "pro"), ("c", "free"));

        await WhenReadAsync(3);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{"attribute":"tier"}""", "name 1 to 32")]
    [InlineData("""{"attribute":"Tier","lanes":[{"name":"a"}]}""", "can be no attribute")]
    [InlineData("""{"attribute":"no attribute","lanes":[{"name":"a"}]}""", "can be no attribute")]
    [InlineData("""{"attribute":"tier","lanes":[{"name":"a","ageing":"99999999999:00:00"}]}""", "set a time")]
    [InlineData("""{"attribute":"tier","lanes":[{"name":"a","share":1e999}]}""", "set a number")]
    [InlineData("""{"attribute":"tier","lanes":[{"name":"a","share":"NaN"}]}""", "set a number")]
    [InlineData("""{"attribute":"tier","lanes":[{"name":"a","mostWaiting":1e300}]}""", "set a number")]
    [InlineData("""{"attribute":"tier","lanes":[{"name":"a","name":"b","bogus":1}]}""", "means nothing")]
    [InlineData("""{"attribute":"tier","lanes":[[],{"name":null}]}""", "set an object")]
    [InlineData("""{"attribute":"tier","lanes":{"name":"a"}}""", "set a list")]
    [InlineData("""{"attribute":"tier","schedule":"0","lanes":[{"name":"a"}]}""", "set strict")]
    [InlineData("""{"lanes":[{"name":"a"}]}""", "attribute")]
    [InlineData("""{"attribute":"tier","path":"tier","lanes":[{"name":"a"}]}""", "attribute")]
    [InlineData("""{"attribute":"tier","lanes":[{"name":"a"},{"name":"A"}]}""", "two called")]
    [InlineData("""{"attribute":"tier","lanes":[{"name":"cleaned"}]}""", "can be no lane")]
    [InlineData("""{"attribute":"tier","lanes":[{"name":"a.b"}]}""", "can be no lane")]
    [InlineData("""{"attribute":"tier","lanes":[{"name":"a","mostWaiting":5}]}""", "fallbackTo is missing")]
    [InlineData("""{"attribute":"tier","schedule":"deadline","lanes":[{"name":"a"}]}""", "within is missing")]
    [InlineData("""{"attribute":"tier","schedule":"weighted","lanes":[{"name":"a","share":0.5}]}""", "share means nothing")]
    [InlineData("""{"attribute":"tier","lanes":[{"name":"a","share":0.6},{"name":"b","share":0.6}]}""", "more than 1")]
    [InlineData("""{"attribute":"tier","lanes":[{"name":"a","concurrency":1,"reserved":2}]}""", "reserved")]
    [InlineData("""{"attribute":"tier","default":"b","lanes":[{"name":"a"}]}""", "none of the lanes")]
    public async Task Lanes_that_make_no_sense_are_refused(string settings, string said)
    {
        await using AgentTestHost host = await StartAsync();

        RouteException refused = await Should.ThrowAsync<RouteException>(() =>
            InsertAsync(host, new Stage("tiers", "lanes") { Settings = JsonSerializer.Deserialize<JsonElement>(settings) }));

        refused.Code.ShouldBe("route-invalid");
        refused.Message.ShouldContain(said);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_route_has_one_set_of_lanes_in_topics_of_as_many_partitions()
    {
        await using AgentTestHost host = await StartAsync();
        await host.Broker.Topics.EnsureAsync($"{Channel}.pro", new TopicSettings { Partitions = 7 }, Timeout);

        (await Should.ThrowAsync<RouteException>(() => InsertAsync(host, Tiers(new { attribute = "tier" })))).Message.ShouldContain("7 partitions");
        RouteException twice = await Should.ThrowAsync<RouteException>(() => ChangeAsync(host, route => route
            .Insert(Stage(new { attribute = "tier", lanes = new[] { new { name = "x" } } }))
            .Insert(Stage(new { attribute = "tier", lanes = new[] { new { name = "y" } } }) with { Name = "more" })));
        twice.Message.ShouldContain("more than one stage with lanes");
    }

    private static RouteTable TableOf(AgentTestHost host) => host.Hosts[0].Services.GetRequiredService<RouteTable>();

    private static Stage Stage(object settings) => new("tiers", "lanes") { Settings = JsonSerializer.SerializeToElement(settings) };

    private static Stage Tiers(object more)
    {
        Dictionary<string, JsonElement> settings = JsonSerializer.SerializeToElement(more).EnumerateObject().ToDictionary(one => one.Name, one => one.Value);
        settings["lanes"] = JsonSerializer.SerializeToElement(new[] { new { name = "enterprise" }, new { name = "pro" }, new { name = "free" } });
        return Stage(settings);
    }

    private static Task InsertAsync(AgentTestHost host, Stage stage) => ChangeAsync(host, route => route.Insert(stage));

    private static async Task ChangeAsync(AgentTestHost host, Func<Route, Route> change)
    {
        RouteTable table = TableOf(host);
        await table.ChangeAsync(change(await table.FindAsync(Channel, Timeout)), cancellationToken: Timeout);
    }

    // Completes when the agent schedules by the lanes that there are: of two subscriptions, it has followed all that was before when it reads the second.
    private static async Task WhenFollowedAsync(AgentTestHost host, string first = "first", string second = "second")
    {
        foreach (string topic in (string[])[first, second])
        {
            await host.Host.Services.GetRequiredService<IAgentRuntime>().AddSubscriptionAsync(new TypeSubscription(topic, new AgentType("worker")), Timeout);
            while (await host.Broker.Groups.FindAsync("worker", Timeout) is not { State: ConsumerGroupState.Stable } group
                || !group.Members.Any(member => member.Assignment.Any(partition => partition.Topic == topic)))
            {
                await Task.Delay(5, Timeout);
            }
        }
    }

    // Each has a key of its own, and all lie in one partition, so that the router reads them in this order.
    private static async Task AskAsync(AgentTestHost host, params (string Id, string? Tier)[] requests)
    {
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        foreach ((string id, string? tier) in requests)
        {
            var request = new CloudEvent(Channel, "/tests", TimeProvider.System)
            {
                Id = id,
                DataContentType = "application/json",
                Data = "1"u8.ToArray(),
                Extensions = tier is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["tier"] = tier },
            };
            await producer.AppendAsync(new ProducerRecord(Channel, EventCodec.Encode(request, Encoding.UTF8.GetBytes(id)), 0), Timeout);
        }
    }

    private static async Task<IReadOnlyList<string>> IdsAsync(AgentTestHost host, string lane, int count) =>
        [.. (await host.ReadAsync($"{Channel}.{lane}", count)).Select(one => one.Id)];

    private Task<AgentTestHost> StartAsync(int concurrency = 64, int? partitions = null) =>
        AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "worker",
            agent => agent.On<CloudEvent>(Channel, async (_, context) =>
            {
                _read.Enqueue(context.Event.Id);
                await _gate.WaitAsync(context.CancellationToken);
            }),
            options => (options.Concurrency, options.Partitions) = (concurrency, partitions ?? options.Partitions)));

    private async Task WhenReadAsync(int count)
    {
        while (_read.Count < count)
        {
            await Task.Delay(5, Timeout);
        }
    }
}
