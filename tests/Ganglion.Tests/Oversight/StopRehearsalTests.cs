using System.Text;
using System.Text.Json;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Guards;
using Ganglion.Oversight;
using Ganglion.Routes;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Oversight;

/// <summary>What operators see of guards and of people who decide, before and after these stand in a route.</summary>
public sealed class StopRehearsalTests
{
    private static CancellationToken Timeout => AgentTestHost.Timeout;

    [Fact(Timeout = 60_000)]
    public async Task A_rehearsal_tells_what_a_guard_would_block_change_hold_up_and_park_and_asks_nobody()
    {
        await using AgentTestHost host = await StartAsync();
        await SayAsync(host, "hello", "bad", "secret", "law", "broken");
        Route proposed = (await RoutesOf(host).FindAsync("notes", Timeout))
            .Insert(new Stage("judge", "guard") { Settings = JsonSerializer.SerializeToElement(new { guard = "judge", queue = "legal", fallbackTo = "replies" }) });

        List<RehearsedEvent> rehearsed = await (await OversightOf(host).RehearseAsync(proposed, cancellationToken: Timeout)).ToListAsync(Timeout);

        rehearsed.Select(one => string.Join(", ", one.Then.Select(way => $"{way.Stage ?? "exit"} → {way.Topic}{(way.IsChanged ? " changed" : "")}{(way.Fault is null ? "" : " parked")}")))
            .ShouldBe(
            [
                "exit → notes.cleaned",
                "judge → notes.flagged, judge → replies",
                "exit → notes.cleaned changed",
                "judge → legal.pending_approval",
                "judge → notes.dlq parked",
            ]);
        (await host.Broker.Topics.FindAsync("notes.flagged", Timeout)).ShouldBeNull();
        (await host.Host.Services.GetRequiredService<ApprovalQueues>().ListAsync(cancellationToken: Timeout)).Items.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_waits_for_people_is_drawn_with_its_way_back()
    {
        await using AgentTestHost host = await StartAsync();
        await RoutesOf(host).ChangeAsync((await RoutesOf(host).FindAsync("notes", Timeout)).Insert(new Stage("stop", "approval")), cancellationToken: Timeout);

        Topology topology = await OversightOf(host).DrawAsync(Timeout);

        topology.Nodes.ShouldAllBe(node => !node.Id.StartsWith("agent:ganglion.", StringComparison.Ordinal));
        topology.Edges.Select(edge => $"{edge.From} → {edge.To} {edge.Label}").ShouldBe(
        [
            "topic:notes → router:notes ",
            "router:notes → topic:notes.cleaned ",
            "router:notes → topic:notes.pending_approval stop",
            "topic:notes.pending_approval → topic:notes.approved approved",
            "topic:notes.approved → router:notes ",
        ]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_the_route_ends_there_nothing_comes_back()
    {
        await using AgentTestHost host = await StartAsync();
        Route route = await RoutesOf(host).FindAsync("notes", Timeout);
        await RoutesOf(host).ChangeAsync(route with { Exit = route.Approved, Stages = [new Stage("stop", "approval")] }, cancellationToken: Timeout);

        Topology topology = await OversightOf(host).DrawAsync(Timeout);

        topology.Edges.Select(edge => $"{edge.From} → {edge.To} {edge.Label}").ShouldBe(
        [
            "topic:notes → router:notes ",
            "router:notes → topic:notes.approved ",
            "router:notes → topic:notes.pending_approval stop",
            "topic:notes.pending_approval → topic:notes.approved approved",
        ]);
    }

    private static Task<AgentTestHost> StartAsync() => AgentTestHost.StartAsync(ganglion => ganglion.AddGuard("judge", (guarded, _) => new(
        Encoding.UTF8.GetString(guarded.Event.Data!.Value.Span) switch
        {
            "bad" => Verdict.Block("rude", "Please be kind."),
            "secret" => Verdict.Change(guarded.Event with { Data = "***"u8.ToArray() }, "1 × secret"),
            "law" => Verdict.Escalate("law"),
            "broken" => throw new InvalidOperationException("I cannot."),
            _ => Verdict.Pass(),
        })));

    private static RouteTable RoutesOf(AgentTestHost host) => host.Host.Services.GetRequiredService<RouteTable>();

    private static RouteOversight OversightOf(AgentTestHost host) => host.Host.Services.GetRequiredService<RouteOversight>();

    private static async Task SayAsync(AgentTestHost host, params string[] texts)
    {
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        foreach (string text in texts)
        {
            var said = new CloudEvent("notes", "/tests", TimeProvider.System) { DataContentType = "text/plain", Data = Encoding.UTF8.GetBytes(text) };
            await producer.AppendAsync(new ProducerRecord("notes", EventCodec.Encode(said, Encoding.UTF8.GetBytes(text)), 0), Timeout);
        }
    }
}
