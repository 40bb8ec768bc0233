using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.State;

public sealed class StateChangeTests
{
    [Fact(Timeout = 60_000)]
    public async Task What_changes_is_written_and_not_the_state()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With());

        (await host.SayAsync("a", "one two", "three", "forget")).ShouldBe("two three");

        List<ConsumedRecord> records = await host.StateAsync();
        records.Select(record => record.Record.Show()).ShouldBe(
            ["1 turn-said {\"text\":\"one\"}", "2 turn-said {\"text\":\"two\"}", "3 turn-said {\"text\":\"three\"}", "4 turn-forgotten {}"]);
        CloudEvent[] events = [.. records.Select(record => EventCodec.Decode(record.Record, "chat.state", 0, record.Offset))];
        events.ShouldAllBe(one => one.Type == "agent_state_updated" && one.Source == "/agents/chat" && one.CausationId != null);
        events[0].DataContentType.ShouldBe("application/json; version=1.0");
        events.Select(one => one.Id).Distinct().Count().ShouldBe(4);
    }

    [Fact(Timeout = 60_000)]
    public async Task Changes_survive_the_process()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With());
        await host.SayAsync("a", "one", "two");
        await host.SayAsync("b", "other");

        await host.StopAsync();
        await host.RunAsync(Chat.With());

        (await host.SayAsync("a", "three")).ShouldBe("one two three");
        (await host.SayAsync("b", "look")).ShouldBe("other");
    }

    [Fact(Timeout = 60_000)]
    public async Task Changes_and_whole_values_go_together()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With());

        (await host.SayAsync("a", "one", "set two", "three")).ShouldBe("set two three");
        (await host.SayAsync("b", "one set", "clear two")).ShouldBe("two");
        await host.StopAsync();
        await host.RunAsync(Chat.With());

        (await host.SayAsync("a", "look")).ShouldBe("set two three");
        (await host.SayAsync("b", "look")).ShouldBe("two");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_cleared_leaves_nothing_behind()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With(options => options.StateHistory = TimeSpan.Zero));
        await host.SayAsync("a", "one two three set four", "clear");

        await host.CompactAsync();

        (await host.StateAsync()).ShouldAllBe(record => record.Record.Value == null);
        await host.StopAsync();
        await host.RunAsync(Chat.With());
        (await host.SayAsync("a", "look")).ShouldBe("nothing");
        (await host.SayAsync("a", "five")).ShouldBe("five");
    }

    [Fact(Timeout = 60_000)]
    public async Task From_time_to_time_the_state_is_written_as_a_whole_and_what_it_covers_goes()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With(options => options.StateHistory = TimeSpan.Zero));
        string[] words = [.. Enumerable.Range(0, 40).Select(i => $"{i:00}-{new string('x', 1000)}")];
        string said = await host.SayAsync("a", words);

        List<ConsumedRecord> before = await host.StateAsync();
        before.Count(record => record.Record.Show().Contains("snapshot")).ShouldBeInRange(2, 5);
        await host.CompactAsync();
        List<ConsumedRecord> after = await host.StateAsync();

        after.Sum(record => record.Record.Value!.Value.Length).ShouldBeLessThan(2 * said.Length);
        await host.StopAsync();
        await host.RunAsync(Chat.With());
        (await host.SayAsync("a", "look")).ShouldBe(said);
    }

    [Fact(Timeout = 60_000)]
    public async Task State_goes_on_in_changes_when_it_is_too_large_for_one_record()
    {
        static void Define(AgentBuilder agent) => agent.On<string>("say", (word, context) =>
        {
            context.ChangeState<Conversation, TurnSaid>(new TurnSaid(word));
            context.Publish("length", context.GetState<Conversation>()!.Turns.Sum(turn => turn.Length));
        });
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("chat", Define));
        for (int i = 0; i < 20; i++)
        {
            await host.AppendAsync("say", "a", $"\"{new string('x', 100_000)}\"");
        }

        await host.ReadAsync("length", 20);
        await host.StopAsync();
        await host.RunAsync(ganglion => ganglion.AddAgent("chat", Define));
        await host.AppendAsync("say", "a", "\"x\"");

        Encoding.UTF8.GetString((await host.ReadAsync("length", 21))[^1].Data!.Value.Span).ShouldBe("2000001");
    }

    [Fact(Timeout = 60_000)]
    public async Task State_of_which_no_snapshot_can_be_written_goes_on_in_changes()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Measures);
        string[] texts = [.. Enumerable.Range(0, 20).Select(i => $"{i:00}-{new string('x', 1000)}")];
        foreach (string text in texts)
        {
            await host.AppendAsync("measure", "k", $"\"{text}\"");
        }

        await host.ReadAsync("measured", 20);
        (await host.Broker.Topics.GetOffsetAsync(new TopicPartition("gauge.state", 0), OffsetPosition.Latest, AgentTestHost.Timeout)).ShouldBe(20);
        await host.StopAsync();
        await host.RunAsync(Measures);
        await host.AppendAsync("measure", "k", "\"last\"");
        Encoding.UTF8.GetString((await host.ReadAsync("measured", 21))[^1].Data!.Value.Span).ShouldBe("21");
    }

    [Fact(Timeout = 60_000)]
    public async Task State_that_cannot_be_written_parks_its_event_at_once_and_says_why()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Measures);

        await host.AppendAsync("set", "k", "1");

        Record parked = (await host.ReadRecordsAsync("set.dlq", 1))[0].Record;
        parked.Header("__dlq.errors.exception.class.name").ShouldBe("Ganglion.State.StateException");
        parked.Header("__dlq.errors.delivery.count").ShouldBe("1");
        parked.Header("__dlq.errors.message")!.ShouldContain("What gauge is to remember cannot be written as JSON: Gauge");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_change_of_an_older_version_is_brought_up_to_date()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(Chat.With());
        await host.SayAsync("a", "one");
        await host.StopAsync();

        await host.RunAsync(ganglion => ganglion
            .ConfigureData(data => data.AddUpcaster(
                "newer.state.turn-said", "1.0", "2.0", old => new JsonObject { ["words"] = new JsonArray(old["text"]!.DeepClone()) }))
            .AddAgent("newer", Newer.Define, options => options.Partitions = 1));
        await CopyAsync(host, "chat.state", "newer.state");
        await host.StopAsync();
        await host.RunAsync(ganglion => ganglion
            .ConfigureData(data => data.AddUpcaster(
                "newer.state.turn-said", "1.0", "2.0", old => new JsonObject { ["words"] = new JsonArray(old["text"]!.DeepClone()) }))
            .AddAgent("newer", Newer.Define));
        await host.AppendAsync("ask", "a", "{}");

        Encoding.UTF8.GetString((await host.ReadAsync("answer", 1))[0].Data!.Value.Span).ShouldBe("\"one\"");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_turn_that_is_played_again_changes_nothing_again()
    {
        var time = new ManualTime();
        static void Define(AgentBuilder agent) => agent
            .On("begin", async (AgentContext context) =>
            {
                context.ChangeState<Conversation, TurnSaid>(new TurnSaid("first"));
                context.Publish("waiting", context.GetState<Conversation>()!.Turns.Count);
                await context.DelayAsync(TimeSpan.FromDays(1));

                // It is the only turn that is left of the conversation: played on what there is later, the first change would find none.
                context.ChangeState<Conversation, TurnForgotten>(new TurnForgotten());
                await context.DelayAsync(TimeSpan.FromDays(1));
                context.ChangeState<Conversation, TurnSaid>(new TurnSaid("last"));
                context.Publish("done", context.GetState<Conversation>()!.Turns);
            });
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("chat", Define, options => options.Partitions = 1), time);
        await host.AppendAsync("begin", "a", "{}");
        await host.ReadAsync("waiting", 1);
        await host.KillAsync();
        await host.RunAsync(ganglion => ganglion.AddAgent("chat", Define), time);
        await time.WhenTimerIsSetAsync(TimeSpan.FromDays(1));
        time.Advance(TimeSpan.FromDays(1));
        await host.ReadRecordsAsync("chat.state", 2);
        await host.KillAsync();

        await host.RunAsync(ganglion => ganglion.AddAgent("chat", Define), time);
        await time.WhenTimerIsSetAsync(TimeSpan.FromDays(1));
        time.Advance(TimeSpan.FromDays(1));

        Encoding.UTF8.GetString((await host.ReadAsync("done", 1))[0].Data!.Value.Span).ShouldBe("[\"last\"]");
        (await host.StateAsync()).Select(record => record.Record.Show()).ShouldBe(
            ["1 turn-said {\"text\":\"first\"}", "2 turn-forgotten {}", "3 turn-said {\"text\":\"last\"}"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_refused_turn_changed_never_happened()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent(
            "chat",
            agent => agent.On<string>("say", (word, context) =>
            {
                context.ChangeState<Conversation, TurnSaid>(new TurnSaid(word));
                context.Publish("said", word == "too-much" && context.Attempt == 1 ? new string('x', 2_000_000) : string.Join(' ', context.GetState<Conversation>()!.Turns));
            }),
            options => (options.Partitions, options.RetryDelay) = (1, TimeSpan.Zero)));

        await host.AppendAsync("say", "a", "\"one\"");
        await host.AppendAsync("say", "a", "\"too-much\"");
        await host.AppendAsync("say", "a", "\"three\"");

        List<CloudEvent> said = await host.ReadAsync("said", 3);
        Encoding.UTF8.GetString(said[^1].Data!.Value.Span).ShouldBe("\"one too-much three\"");
        (await host.StateAsync()).Select(record => record.Record.Show()[..1]).ShouldBe(["1", "2", "3"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_state_with_changes_is_saved_and_loaded_as_it_is()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With());
        IAgentRuntime runtime = host.Host.Services.GetRequiredService<IAgentRuntime>();
        await host.SayAsync("a", "set one", "two");

        JsonElement saved = await runtime.SaveAgentStateAsync(Id("a"), AgentTestHost.Timeout);
        await runtime.LoadAgentStateAsync(Id("b"), saved, AgentTestHost.Timeout);

        saved.GetRawText().ShouldBe(
            """{"contenttype":"application/json","data":{"turns":["set"]},"changes":[{"name":"turn-said","contenttype":"application/json; version=1.0","data":{"text":"one"}},{"name":"turn-said","contenttype":"application/json; version=1.0","data":{"text":"two"}}]}""");
        (await host.SayAsync("b", "three")).ShouldBe("set one two three");
        await host.StopAsync();
        await host.RunAsync(Chat.With());
        (await host.SayAsync("b", "look")).ShouldBe("set one two three");
    }

    private static AgentId Id(string key) => new(new AgentType("chat"), key);

    private static async Task CopyAsync(AgentTestHost host, string from, string to)
    {
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout);
        foreach ((_, Record record) in await host.ReadRecordsAsync(from, 1))
        {
            await producer.AppendAsync(new ProducerRecord(to, record, 0), AgentTestHost.Timeout);
        }
    }

    private static void Measures(GanglionBuilder ganglion) => ganglion.AddAgent(
        "gauge",
        agent => agent
            .On<string>("measure", (text, context) =>
            {
                context.ChangeState<Gauge, TurnSaid>(new TurnSaid(text));
                context.Publish("measured", context.GetState<Gauge>()!.Count);
            })
            .On<int>("set", (_, context) => context.SetState(new Gauge())),
        options => options.Partitions = 1);

    /// <summary>It can be changed, but JSON has no such number.</summary>
    private sealed class Gauge : IApply<TurnSaid>
    {
        public int Count { get; private set; }

        public double Mean => double.NaN;

        public void Apply(TurnSaid change) => Count++;
    }

    private sealed class Newer : IApply<Newer.Said>
    {
        public List<string> Words { get; init; } = [];

        public static void Define(AgentBuilder agent) =>
            agent.On("ask", (AgentContext context) => context.Publish("answer", string.Join(' ', context.GetState<Newer>()!.Words)));

        public void Apply(Said change) => Words.AddRange(change.Words);

        [EventType("turn-said")]
        [EventVersion("2.0")]
        public sealed record Said(List<string> Words);
    }
}
