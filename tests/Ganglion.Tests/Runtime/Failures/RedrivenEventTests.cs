using System.Collections.Concurrent;
using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.DeadLetters;
using Ganglion.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Runtime.Failures;

/// <summary>What was parked, and is redriven when its cause is gone, is handled as if it had come for the first time.</summary>
public sealed class RedrivenEventTests
{
    private readonly ManualTime _time = new();
    private readonly ConcurrentQueue<string> _effects = new();
    private volatile bool _isBroken = true;

    private static void Impatient(AgentOptions options)
    {
        options.Retries = 0;
        options.Partitions = 2;

        // All of them fail here, and are to be parked all the same.
        options.SuspendAfter = 0;
    }

    private void Pick(AgentBuilder agent) => agent.On<Note>("notes", (note, context) =>
    {
        if (_isBroken)
        {
            throw new InvalidOperationException("broken");
        }

        context.Publish("picked", $"{context.Self.Key} {note.Number}");
    });

    private static void Echo(AgentBuilder agent) => agent.On<Note>("notes", (note, context) => context.Publish("echoes", note));

    [Fact(Timeout = 60_000)]
    public async Task An_event_that_was_parked_is_handled_when_it_is_redriven_and_by_its_agent_only()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("picky", Pick, Impatient).AddAgent("echo", Echo));
        await host.Publisher.PublishAsync("notes", new Note(1), "k", AgentTestHost.Timeout);
        CloudEvent original = (await host.ReadAsync("notes.dlq", 1))[0];
        await host.ReadAsync("echoes", 1);

        _isBroken = false;
        await RedriveAsync(host);

        CloudEvent picked = (await host.ReadAsync("picked", 1))[0];
        Encoding.UTF8.GetString(picked.Data!.Value.Span).ShouldBe("\"k 1\"");
        picked.CausationId.ShouldBe(original.Id);
        await host.Publisher.PublishAsync("notes", new Note(2), "k", AgentTestHost.Timeout);
        await host.ReadAsync("picked", 2);
        (await host.ReadAsync("echoes", 2)).Count.ShouldBe(2);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(null)]
    [InlineData("notes")]
    public async Task An_event_can_be_parked_and_redriven_again_and_again(string? to)
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("picky", Pick, Impatient));
        await host.Publisher.PublishAsync("notes", new Note(1), "k", AgentTestHost.Timeout);
        for (int i = 1; i <= 3; i++)
        {
            await host.ReadAsync("notes.dlq", i);
            _isBroken = i < 3;
            await RedriveAsync(host, to);
        }

        (await TextsAsync(host, "picked", 1)).ShouldBe(["\"k 1\""]);
        List<CloudEvent> parked = await host.ReadAsync("notes.dlq", 3);
        parked.Distinct().Count().ShouldBe(1);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_redriven_record_that_comes_a_second_time_is_not_handled_again(bool restarts)
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("picky", Pick, Impatient));
        await host.Publisher.PublishAsync("notes", new Note(1), "k", AgentTestHost.Timeout);
        await host.ReadAsync("notes.dlq", 1);
        _isBroken = false;
        await RedriveAsync(host);
        await host.ReadAsync("picked", 1);
        if (restarts)
        {
            await host.StopAsync();
            await host.RunAsync(ganglion => ganglion.AddAgent("picky", Pick, Impatient));
        }

        Record redriven = (await host.ReadRecordsAsync("picky.inbox", 1))[0].Record;
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout);
        await producer.AppendAsync(new ProducerRecord("picky.inbox", redriven), AgentTestHost.Timeout);
        await host.Publisher.PublishAsync("picky.inbox", new CloudEvent { Id = "2", Source = "/x", Type = "notes", Data = """{"number":2}"""u8.ToArray() }, "k", AgentTestHost.Timeout);

        (await TextsAsync(host, "picked", 2)).ShouldBe(["\"k 1\"", "\"k 2\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Events_of_a_key_are_handled_in_the_order_in_which_they_were_parked()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("picky", Pick, Impatient));
        for (int i = 0; i < 60; i++)
        {
            await host.AppendAsync("notes", $"k{i % 3}", $$"""{"number":{{i}}}""");
        }

        await host.ReadAsync("notes.dlq", 60);
        _isBroken = false;
        await RedriveAsync(host);

        foreach (IGrouping<string, string> ofKey in (await TextsAsync(host, "picked", 60)).GroupBy(text => text.Split(' ')[0]))
        {
            ofKey.Select(text => int.Parse(text.Split(' ')[1].TrimEnd('"'))).ShouldBeInOrder();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_without_a_key_finds_the_instance_that_its_data_name()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "collector",
            agent => agent.On(
                "answers",
                (CloudEvent _, AgentContext context) => context.Publish("collected", _isBroken ? throw new InvalidOperationException("broken") : context.Self.Key),
                key: "invoice"),
            Impatient));
        for (int i = 0; i < 8; i++)
        {
            await host.AppendAsync("answers", null, $$"""{"invoice":"I{{i}}"}""", partition: i % 2);
        }

        await host.ReadAsync("answers.dlq", 8);
        _isBroken = false;
        await RedriveAsync(host);

        (await TextsAsync(host, "collected", 8)).Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 8).Select(i => $"\"I{i}\""));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_that_was_malformed_is_handled_with_other_data()
    {
        _isBroken = false;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("picky", Pick, Impatient));
        await host.AppendAsync("notes", "k", "no JSON at all");
        await host.ReadAsync("notes.dlq", 1);

        await RedriveAsync(host, data: """{"number":5}""");

        (await TextsAsync(host, "picked", 1)).ShouldBe(["\"k 5\""]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(null)]
    [InlineData("orders")]
    public async Task An_invocation_that_was_parked_behind_an_effect_goes_on_there(string? to)
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Work, Impatient), _time);
        await host.AppendAsync("orders", "k", "{}");
        await host.ReadAsync("orders.dlq", 1);

        _isBroken = false;
        await RedriveAsync(host, to);
        await host.ReadAsync("waiting", 1);
        await AdvanceAsync(TimeSpan.FromDays(7));

        (await TextsAsync(host, "done", 1)).ShouldBe(["20"]);
        _effects.ShouldBe(["reserve"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(null)]
    [InlineData("orders")]
    public async Task An_invocation_that_waited_and_was_parked_goes_on_where_it_was(string? to)
    {
        _isBroken = false;
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Work, Impatient), _time);
        await host.AppendAsync("orders", "k", """{"a":1}""");
        await host.ReadAsync("waiting", 1);
        _isBroken = true;
        await AdvanceAsync(TimeSpan.FromDays(7));
        await host.ReadAsync("orders.dlq", 1);
        await host.StopAsync();

        _isBroken = false;
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Work, Impatient), _time);
        await RedriveAsync(host, to);

        (await TextsAsync(host, "done", 1)).ShouldBe(["20"]);
        (await host.ReadAsync("waiting", 1)).Count.ShouldBe(1);
        _effects.ShouldBe(["reserve"]);
        await host.StopAsync();
        (await OpenInvocationsAsync(host)).ShouldBe(0);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(null)]
    [InlineData("answers")]
    public async Task An_answer_that_could_not_be_read_answers_its_question_with_other_data(string? to)
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("asker", agent => agent.On(
            "orders",
            async (AgentContext context) =>
            {
                Note answer = await context.AskAsync<Note>("questions", null, "answers");
                context.Publish("answered", $"{context.Self.Key} {answer.Number}");
            })));
        for (int i = 0; i < 5; i++)
        {
            await host.AppendAsync("orders", $"k{i}", "{}");
        }

        foreach (CloudEvent question in await host.ReadAsync("questions", 5))
        {
            var answer = new CloudEvent
            {
                Id = question.Id, Source = "/person", Type = "answers", CausationId = question.Id, DataContentType = "application/json", Data = "{}"u8.ToArray(),
            };
            await host.Publisher.PublishAsync("answers", answer, cancellationToken: AgentTestHost.Timeout);
        }

        await host.ReadAsync("answers.dlq", 5);
        await RedriveEachAsync(host, to, """{"number":7}""");

        (await TextsAsync(host, "answered", 5)).Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 5).Select(i => $"\"k{i} 7\""));
    }

    private void Work(AgentBuilder agent) => agent.On("orders", async (AgentContext context) =>
    {
        int result = await context.RunAsync("reserve", _ =>
        {
            _effects.Enqueue("reserve");
            return Task.FromResult(20);
        });
        ThrowIfBroken();
        context.Publish("waiting", result);
        await context.DelayAsync(TimeSpan.FromDays(7));
        ThrowIfBroken();
        context.Publish("done", result);
    });

    private void ThrowIfBroken()
    {
        if (_isBroken)
        {
            throw new InvalidOperationException("broken");
        }
    }

    private static async Task RedriveAsync(AgentTestHost host, string? to = null, string? data = null)
    {
        DeadLetterQueue queue = host.Host.Services.GetRequiredService<DeadLetterQueue>();
        DeadLetterPage page = await queue.ListAsync(limit: 1_000, cancellationToken: AgentTestHost.Timeout);
        IReadOnlyList<DeadLetterOutcome> outcomes = await queue.RedriveAsync(
            [.. page.Letters.Select(letter => letter.Position)],
            new RedriveOptions { Execute = true, To = to, Data = data is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(data) },
            AgentTestHost.Timeout);
        outcomes.Count.ShouldBeGreaterThan(0);
        outcomes.ShouldAllBe(outcome => outcome.Refusal == null);
    }

    private static async Task RedriveEachAsync(AgentTestHost host, string? to, string data)
    {
        DeadLetterQueue queue = host.Host.Services.GetRequiredService<DeadLetterQueue>();
        foreach (DeadLetter letter in (await queue.ListAsync(cancellationToken: AgentTestHost.Timeout)).Letters)
        {
            var options = new RedriveOptions { Execute = true, To = to, Data = Encoding.UTF8.GetBytes(data) };
            (await queue.RedriveAsync([letter.Position], options, AgentTestHost.Timeout))[0].Refusal.ShouldBeNull();
        }
    }

    private async Task AdvanceAsync(TimeSpan time)
    {
        await _time.WhenTimerIsSetAsync(time);
        _time.Advance(time);
    }

    private static async Task<List<string>> TextsAsync(AgentTestHost host, string topic, int count) =>
        [.. (await host.ReadAsync(topic, count)).Select(@event => Encoding.UTF8.GetString(@event.Data!.Value.Span))];

    private static async Task<int> OpenInvocationsAsync(AgentTestHost host)
    {
        var open = new HashSet<string>();
        TopicDescription journal = (await host.Broker.Topics.FindAsync("worker.journal", AgentTestHost.Timeout))!;
        foreach (PartitionDescription partition in journal.Partitions)
        {
            foreach (ConsumedRecord record in await Brokers.Embedded.BrokerExtensions.ReadRecordsAsync(host.Broker, "worker.journal", partition.Partition))
            {
                string key = Encoding.UTF8.GetString(record.Record.Key!.Value.Span);
                _ = record.Record.Value is null ? open.Remove(key) : open.Add(key);
            }
        }

        return open.Count;
    }
}
