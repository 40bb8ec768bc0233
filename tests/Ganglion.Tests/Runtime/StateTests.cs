using System.Globalization;
using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;

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

    private static int[] TalliesOf(List<(CloudEvent Event, Record Record)> tallies, string key) =>
    [
        .. from one in tallies
           where KeyOf(one.Record) == key
           let json = Encoding.UTF8.GetString(one.Event.Data!.Value.Span)
           select int.Parse(json["{\"count\":".Length..^1], CultureInfo.InvariantCulture),
    ];

    private static string KeyOf(Record record) => Encoding.UTF8.GetString(record.Key!.Value.Span);
}
