using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Oversight;
using Ganglion.Routes;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Oversight;

public sealed class TopologyTests
{
    private static CancellationToken Timeout => AgentTestHost.Timeout;

    [Fact(Timeout = 60_000)]
    public async Task Who_is_connected_with_whom_is_drawn()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent("reader", agent => agent.On("notes", (CloudEvent _) => { }))
            .AddAgent("counter", agent => agent.On("copies", (CloudEvent _) => { })));
        RouteTable routes = host.Host.Services.GetRequiredService<RouteTable>();
        RouteOversight oversight = host.Host.Services.GetRequiredService<RouteOversight>();
        await host.Broker.Topics.CreateAsync("notes.dlq", new TopicSettings(), Timeout);
        await host.Host.Services.GetRequiredService<Pauses>().PauseAsync(PauseTarget.OfAgent("counter"), cancellationToken: Timeout);
        Route route = (await routes.FindAsync("notes", Timeout))
            .Insert(new Stage("copy", "mirror") { Settings = JsonSerializer.Deserialize<JsonElement>("""{"to":"copies"}""") });
        await routes.ChangeAsync(route, cancellationToken: Timeout);
        await host.Host.Services.GetRequiredService<IAgentRuntime>().AddSubscriptionAsync(new TypePrefixSubscription("note", new AgentType("counter")), Timeout);

        Topology topology;
        do
        {
            topology = await oversight.DrawAsync(Timeout);
        }
        while (topology.Nodes.Single(node => node.Id == "router:notes").Hosts == 0);

        topology.ToMermaid().ShouldBe(
            """
            flowchart LR
              n0["notes"]
              n1{{"notes<br/>1. copy (mirror)"}}
              n2["notes.cleaned"]
              n3["copies"]
              n4(["counter<br/>paused"])
              n5(["reader"])
              n6[("notes.dlq")]
              n0 --> n1
              n1 --> n2
              n1 -.->|"copy"| n3
              n3 --> n4
              n2 -->|"notes"| n4
              n2 -->|"notes"| n5
              n0 -.-> n6

            """);
    }

    [Fact]
    public void No_name_in_a_chart_is_more_than_a_label()
    {
        const string hostile = "x\"]\n  click n0 \"javascript:alert(1)\" %%{init}%% <b>#quot;`|—\u202E";
        var topology = new Topology(
            [
                new TopologyNode("topic:a", TopologyNodeKind.Topic, "a"),
                new TopologyNode("router:a", TopologyNodeKind.Router, hostile) { Stages = [new Stage(hostile, hostile)], Hosts = 0 },
            ],
            [new TopologyEdge("topic:a", "router:a") { Label = hostile }]);

        string[] lines = topology.ToMermaid().TrimEnd('\n').Split('\n');

        lines.Length.ShouldBe(4);
        lines[2].ShouldStartWith("  n1{{\"x#34;#93;   click n0 #34;javascript:alert(1)#34; #37;#37;#123;init#125;#37;#37; #60;b#62;#35;quot#59;#96;#124;#8212; <br/>1. ");
        lines[2].ShouldEndWith("<br/>nobody runs it\"}}");
        lines[3].Count(one => one == '"').ShouldBe(2);
        lines[3].ShouldEndWith("\"| n1");
    }
}
