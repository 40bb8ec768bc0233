using System.Globalization;
using System.Text;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Runtime;

public sealed class StateTests
{
    private static void Count(AgentBuilder agent) => agent
        .On<Note>("notes", (_, context) =>
        {
            var tally = new Tally((context.GetState<Tally>()?.Count ?? 0) + 1);
            context.SetState(tally);
            context.Publish("tallies", tally);
        })
        .On("forget", (AgentContext context) =>
        {
            context.ClearState();
            context.Publish("forgotten", new Tally(0));
        });

    [Fact(Timeout = 60_000)]
    public async Task An_instance_remembers_from_one_event_to_the_next()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("counter", Count));

        for (int i = 0; i < 10; i++)
        {
            await host.AppendAsync("notes", "a", """{"number":1}""");
        }

        await host.AppendAsync("notes", "b", """{"number":1}""");

        List<(CloudEvent Event, Record Record)> tallies = await host.ReadRecordsAsync("tallies", 11);
        TalliesOf(tallies, "a").ShouldBe(Enumerable.Range(1, 10));
        TalliesOf(tallies, "b").ShouldBe([1]);
    }

    [Fact(Timeout = 60_000)]
    public async Task State_survives_the_process()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("counter", Count));
        await host.AppendAsync("notes", "a", """{"number":1}""");
        await host.AppendAsync("notes", "a", """{"number":1}""");
        await host.ReadAsync("tallies", 2);

        await host.StopAsync();
        await host.RunAsync(ganglion => ganglion.AddAgent("counter", Count));
        await host.AppendAsync("notes", "a", """{"number":1}""");

        TalliesOf(await host.ReadRecordsAsync("tallies", 3), "a").ShouldBe([1, 2, 3]);
    }

    [Fact(Timeout = 60_000)]
    public async Task State_that_is_cleared_is_gone_after_a_restart_too()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("counter", Count));
        await host.AppendAsync("notes", "a", """{"number":1}""");
        await host.ReadAsync("tallies", 1);
        await host.AppendAsync("forget", "a", "{}");
        await host.ReadAsync("forgotten", 1);

        await host.StopAsync();
        await host.RunAsync(ganglion => ganglion.AddAgent("counter", Count));
        await host.AppendAsync("notes", "a", """{"number":1}""");

        TalliesOf(await host.ReadRecordsAsync("tallies", 2), "a").ShouldBe([1, 1]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Changes_of_state_are_events_on_a_compacted_topic()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("counter", Count));
        await host.AppendAsync("notes", "a", """{"number":1}""");

        (CloudEvent updated, Record record) = (await host.ReadRecordsAsync("counter.state", 1))[0];

        updated.Type.ShouldBe("agent_state_updated");
        updated.Source.ShouldBe("/agents/counter");
        Encoding.UTF8.GetString(updated.Data!.Value.Span).ShouldBe("""{"count":1}""");
        Encoding.UTF8.GetString(record.Key!.Value.Span).ShouldBe("a");
        TopicDescription topic = (await host.Broker.Topics.FindAsync("counter.state", AgentTestHost.Timeout))!;
        topic.Settings.Cleanup.ShouldBe(CleanupPolicy.Compact);
        topic.Partitions.Count.ShouldBe(8);
    }

    [Fact(Timeout = 60_000)]
    public async Task State_that_no_longer_fits_into_memory_is_read_from_the_log()
    {
        const int keys = 300;
        static void Remember(AgentBuilder agent) => agent.On<Note>("notes", (note, context) =>
        {
            string? before = context.GetState<string>();
            context.SetState(new string((char)('a' + (note.Number % 26)), 20_000));
            context.Publish("before", before is null ? "none" : before[..1]);
        });
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "memory", Remember, options => options.StateCacheBytes = 1024 * 1024));

        for (int i = 0; i < 2 * keys; i++)
        {
            await host.AppendAsync("notes", $"key-{i % keys}", $$"""{"number":{{i % keys}}}""");
        }

        List<(CloudEvent Event, Record Record)> before = await host.ReadRecordsAsync("before", 2 * keys);
        for (int i = 0; i < keys; i++)
        {
            string[] ofKey = [.. before.Where(one => KeyOf(one.Record) == $"key-{i}").Select(one => Encoding.UTF8.GetString(one.Event.Data!.Value.Span))];
            ofKey.ShouldBe(["\"none\"", $"\"{(char)('a' + (i % 26))}\""]);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task An_instance_whose_state_cannot_be_read_parks_its_events_until_it_gets_another_and_others_go_on()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("counter", Count));
        await host.AppendAsync("notes", "a", """{"number":1}""");
        await host.ReadAsync("tallies", 1);
        await host.StopAsync();
        await host.AppendAsync("counter.state", "a", "nonsense");
        await host.RunAsync(ganglion => ganglion.AddAgent("counter", Count));
        IAgentRuntime runtime = host.Host.Services.GetRequiredService<IAgentRuntime>();

        await host.AppendAsync("notes", "a", """{"number":2}""");
        await host.AppendAsync("notes", "b", """{"number":3}""");
        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        await host.ReadAsync("tallies", 2);
        await runtime.LoadAgentStateAsync(
            new AgentId(new AgentType("counter"), "a"), JsonSerializer.SerializeToElement(new { data = new { count = 7 } }), AgentTestHost.Timeout);
        await host.AppendAsync("notes", "a", """{"number":4}""");

        parked.Header("__dlq.errors.exception.class.name").ShouldBe(typeof(EventDataException).FullName);
        parked.Header("__dlq.errors.message")!.ShouldContain("counter.state");
        TalliesOf(await host.ReadRecordsAsync("tallies", 3), "a").ShouldBe([1, 8]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("state")]
    [InlineData("timers")]
    [InlineData("journal")]
    public async Task What_is_foreign_in_an_agents_own_topics_stops_nobody(string topic)
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("counter", Count));
        await host.AppendAsync("notes", "a", """{"number":1}""");
        await host.ReadAsync("tallies", 1);
        await host.StopAsync();
        foreach (int partition in Enumerable.Range(0, 8))
        {
            await host.AppendAsync($"counter.{topic}", "foreign", "nonsense", partition);
            await host.AppendAsync($"counter.{topic}", "deferred/00000000000000000000000000000000/1", "nonsense", partition);
            await host.AppendAsync($"counter.{topic}", "00000000000000000000000000000000/0", "nonsense", partition);
        }

        await host.RunAsync(ganglion => ganglion.AddAgent("counter", Count));
        await host.AppendAsync("notes", "a", """{"number":2}""");

        TalliesOf(await host.ReadRecordsAsync("tallies", 2), "a").ShouldBe([1, 2]);
    }

    private static int[] TalliesOf(List<(CloudEvent Event, Record Record)> tallies, string key) =>
    [
        .. from one in tallies
           where KeyOf(one.Record) == key
           let json = Encoding.UTF8.GetString(one.Event.Data!.Value.Span)
           select int.Parse(json["{\"count\":".Length..^1], CultureInfo.InvariantCulture),
    ];

    private static string KeyOf(Record record) => Encoding.UTF8.GetString(record.Key!.Value.Span);
}
