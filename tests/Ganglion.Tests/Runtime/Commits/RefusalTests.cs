using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;

namespace Ganglion.Tests.Runtime.Commits;

/// <summary>What the broker refuses counts as the handler's failure, and harms nobody else.</summary>
public sealed class RefusalTests
{
    private static readonly EmbeddedBrokerOptions NoAutoCreation = new() { AutoCreateTopics = false };

    private static void SendWhereTold(AgentBuilder agent) => agent.On<Note>("notes", (note, context) =>
    {
        context.SetState(new Tally((context.GetState<Tally>()?.Count ?? 0) + 1));
        context.Publish(note.Number == 13 ? "unknown" : "known", context.GetState<Tally>()!);
    });

    private static void Impatient(AgentOptions options)
    {
        options.Retries = 1;
        options.RetryDelay = TimeSpan.FromMilliseconds(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Sending_to_a_topic_that_does_not_exist_and_is_not_created_parks_the_event()
    {
        await using var host = new AgentTestHost(NoAutoCreation);
        await host.Broker.Topics.CreateAsync("known", cancellationToken: AgentTestHost.Timeout);
        await host.RunAsync(ganglion => ganglion.AddAgent("sender", SendWhereTold, Impatient));

        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.AppendAsync("notes", "k", """{"number":13}""");
        await host.AppendAsync("notes", "k", """{"number":2}""");

        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        parked.Header("__dlq.errors.exception.class.name").ShouldBe("Ganglion.Brokers.TopicException");
        parked.Header("__dlq.errors.delivery.count").ShouldBe("2");
        (await host.ReadAsync("known", 2)).Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span))
            .ShouldBe(["{\"count\":1}", "{\"count\":2}"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Sending_more_than_a_commit_takes_parks_the_event()
    {
        byte[] shared = new byte[1_000_000];
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent(
            "sender",
            agent => agent.On<Note>("notes", (note, context) =>
            {
                for (int i = 0; i < note.Number; i++)
                {
                    context.Publish("sent", new CloudEvent { Id = $"{i}", Source = "/test", Type = "sent", Data = shared });
                }
            }),
            Impatient));

        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.AppendAsync("notes", "k", """{"number":1100}""");
        await host.AppendAsync("notes", "k", """{"number":1}""");

        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        parked.Header("__dlq.errors.exception.class.name").ShouldBe("Ganglion.Brokers.RecordTooLargeException");
        parked.Header("__dlq.errors.message")!.ShouldContain("1073741824 bytes");
        (await host.ReadAsync("sent", 2)).Count.ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task Sending_more_than_a_topic_takes_parks_the_event()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent(
            "sender",
            agent => agent.On<Note>("notes", (note, context) => context.Publish("sent", new string('x', note.Number))),
            Impatient));

        await host.AppendAsync("notes", "k", """{"number":2000000}""");
        await host.AppendAsync("notes", "k", """{"number":1000000}""");
        await host.AppendAsync("notes", "k", """{"number":10}""");

        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        parked.Header("__dlq.errors.exception.class.name").ShouldBe("Ganglion.Brokers.RecordTooLargeException");
        (await host.ReadAsync("sent", 2)).Select(one => one.Data!.Value.Length).ShouldBe([1_000_002, 12]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_channel_that_can_be_no_topic_parks_the_event()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent(
            "sender", agent => agent.On<Note>("notes", (note, context) => context.Publish("no topic", note)), Impatient));

        await host.AppendAsync("notes", "k", """{"number":1}""");

        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        parked.Header("__dlq.errors.message")!.ShouldContain("no topic");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refusal_does_not_end_the_agents_membership()
    {
        await using var host = new AgentTestHost(NoAutoCreation);
        await host.Broker.Topics.CreateAsync("known", cancellationToken: AgentTestHost.Timeout);
        await host.RunAsync(ganglion => ganglion.AddAgent("sender", SendWhereTold, Impatient));
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.ReadAsync("known", 1);
        string before = await MemberAsync(host);

        await host.AppendAsync("notes", "k", """{"number":13}""");
        await host.AppendAsync("notes", "k", """{"number":2}""");
        await host.ReadAsync("notes.dlq", 1);
        await host.ReadAsync("known", 2);

        (await MemberAsync(host)).ShouldBe(before);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_of_a_refused_attempt_is_left_in_the_next()
    {
        await using var host = new AgentTestHost(NoAutoCreation);
        await host.Broker.Topics.CreateAsync("known", cancellationToken: AgentTestHost.Timeout);
        await host.RunAsync(ganglion => ganglion.AddAgent(
            "sender",
            agent => agent.On<Note>("notes", (note, context) =>
            {
                if (note.Number == 13 && context.Attempt == 1)
                {
                    context.SetState(new Tally(1));
                    context.Schedule(TimeSpan.FromDays(1), "notes", note);
                    context.Publish("unknown", note);
                    return;
                }

                context.Publish("known", context.GetState<Tally>()?.Count ?? 0);
            }),
            Impatient));
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.ReadAsync("known", 1);
        string before = await MemberAsync(host);

        await host.AppendAsync("notes", "k", """{"number":13}""");
        await host.AppendAsync("notes", "k", """{"number":2}""");

        (await host.ReadAsync("known", 3)).Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span)).ShouldBe(["0", "0", "0"]);
        (await MemberAsync(host)).ShouldBe(before);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_largest_event_that_is_read_can_be_parked()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("picky", agent => agent
            .On<Note>("notes", (_, _) => { })));
        string large = new('x', (1024 * 1024) - 200);

        await host.AppendAsync("notes", "k", large);

        (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record.Value!.Value.Length.ShouldBe(large.Length);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_too_large_to_be_forwarded_is_parked()
    {
        await using var host = new AgentTestHost();
        await host.Broker.Topics.CreateAsync(
            "notes", new TopicSettings { Partitions = 3, MaxMessageBytes = 4 * 1024 * 1024 }, AgentTestHost.Timeout);
        await host.RunAsync(ganglion => ganglion.AddAgent("echo", agent => agent
            .On("notes", (AgentContext context) => context.Publish("echoes", "ok"))));

        await host.AppendAsync("notes", "k", new string('x', 2 * 1024 * 1024));
        await host.AppendAsync("notes", "k", "small");

        Record parked = (await host.ReadRecordsAsync("notes.dlq", 1))[0].Record;
        parked.Header("__dlq.errors.message")!.ShouldContain("echo.inbox");
        (await host.ReadAsync("echoes", 1)).Count.ShouldBe(1);
    }

    private static async Task<string> MemberAsync(AgentTestHost host) =>
        (await host.Broker.Groups.FindAsync("sender", AgentTestHost.Timeout))!.Members.ShouldHaveSingleItem().MemberId;
}
