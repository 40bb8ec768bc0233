using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Tests.Runtime;

namespace Ganglion.Tests.Journal;

/// <summary>Handlers that ask, and what becomes of the answers.</summary>
public sealed class QuestionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromDays(2);
    private readonly ManualTime _time = new();

    public sealed record Review(string Invoice, bool Ok);

    [Fact(Timeout = 60_000)]
    public async Task An_answer_that_names_its_question_goes_to_who_asked()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", Asker));
        await host.AppendAsync("orders", "k", "{}");
        CloudEvent question = (await host.ReadAsync("questions", 1))[0];

        await AnswerAsync(host, question, """{"invoice":"k","ok":true}""");

        (await TextsAsync(host, "done", 1)).ShouldBe(["\"k true\""]);
        question.Type.ShouldBe("questions");
        question.CorrelationId.ShouldNotBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_agent_that_handles_the_question_answers_it_by_publishing()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent("worker", Asker)
            .AddAgent("reviewer", agent => agent
                .On("questions", (AgentContext context) => context.Publish("answers", new Review(context.Self.Key, Ok: true)))));

        foreach (int i in Enumerable.Range(0, 50))
        {
            await host.AppendAsync("orders", $"{i}", "{}");
        }

        (await TextsAsync(host, "done", 50)).Order().ShouldBe(Enumerable.Range(0, 50).Select(i => $"\"{i} true\"").Order());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_question_survives_the_process_and_is_asked_once()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Asker));
        await host.AppendAsync("orders", "k", "{}");
        CloudEvent question = (await host.ReadAsync("questions", 1))[0];
        await host.KillAsync();

        // While nobody runs who would take it.
        await AnswerAsync(host, question, """{"invoice":"k","ok":false}""");
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Asker));

        (await TextsAsync(host, "done", 1)).ShouldBe(["\"k false\""]);
        (await CountAsync(host, "questions")).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answerer_who_knows_only_the_business_key_is_understood()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", agent => agent
            .On("orders", async (AgentContext context) =>
            {
                Review review = await context.AskAsync<Review>("questions", null, "answers", by: new("invoice", $"INV-{context.Self.Key}"));
                context.Publish("done", $"{context.Self.Key} {review.Invoice}");
            })));
        foreach (int i in Enumerable.Range(0, 20))
        {
            await host.AppendAsync("orders", $"{i}", "{}");
        }

        await host.ReadAsync("questions", 20);
        foreach (int i in Enumerable.Range(0, 20))
        {
            await host.AppendAsync("answers", null, $$"""{"invoice":"INV-{{i}}","ok":true}""");
        }

        (await TextsAsync(host, "done", 20)).Order().ShouldBe(Enumerable.Range(0, 20).Select(i => $"\"{i} INV-{i}\"").Order());
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_by_its_data_finds_whoever_asked_on_several_hosts_and_after_a_restart()
    {
        await using var host = new AgentTestHost();
        void Agent(AgentBuilder agent) => agent.On("orders", async (AgentContext context) =>
        {
            Review review = await context.AskAsync<Review>("questions", null, "answers", by: new("invoice", $"INV-{context.Self.Key}"));
            context.Publish("done", review.Invoice);
        });
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Agent));
        foreach (int i in Enumerable.Range(0, 20))
        {
            await host.AppendAsync("orders", $"{i}", "{}");
        }

        await host.ReadAsync("questions", 20);
        await host.StopAsync();
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Agent));
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Agent));
        await host.WhenMembersAsync("worker", 2);
        foreach (int i in Enumerable.Range(0, 20))
        {
            await host.AppendAsync("answers", null, $$"""{"invoice":"INV-{{i}}","ok":true}""");
        }

        (await TextsAsync(host, "done", 20)).Order().ShouldBe(Enumerable.Range(0, 20).Select(i => $"\"INV-{i}\"").Order());
        (await CountAsync(host, "questions")).ShouldBe(20);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_answer_may_answer_several_questions_by_its_data()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", agent => agent
            .On("orders", async (AgentContext context) =>
            {
                Review review = await context.AskAsync<Review>("questions", null, "answers", by: new("invoice", "same"));
                context.Publish("done", $"{context.Self.Key} {review.Ok}");
            })));
        foreach (string key in (string[])["a", "a", "b", "c"])
        {
            await host.AppendAsync("orders", key, "{}");
        }

        await host.ReadAsync("questions", 4);
        await host.AppendAsync("answers", "a", """{"invoice":"same","ok":true}""");

        (await TextsAsync(host, "done", 4)).Order().ShouldBe(["\"a True\"", "\"a True\"", "\"b True\"", "\"c True\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nobody_answers_in_time()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Asker), _time);
        await host.AppendAsync("orders", "k", "{}");
        CloudEvent question = (await host.ReadAsync("questions", 1))[0];

        await _time.WhenTimerIsSetAsync(Patience);
        _time.Advance(Patience);
        (await TextsAsync(host, "done", 1)).ShouldBe(["\"k nobody\""]);

        // Too late.
        await AnswerAsync(host, question, """{"invoice":"k","ok":true}""");
        await host.AppendAsync("orders", "other", "{}");
        await host.ReadAsync("questions", 2);
        (await CountAsync(host, "done")).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_timer_of_a_question_that_was_answered_is_gone()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("worker", Asker), _time);
        await host.AppendAsync("orders", "k", "{}");
        await AnswerAsync(host, (await host.ReadAsync("questions", 1))[0], """{"invoice":"k","ok":true}""");
        await host.ReadAsync("done", 1);

        List<(CloudEvent Event, Record Record)> timers = await host.ReadRecordsAsync("worker.timers", 2);
        timers[1].Record.Value.ShouldBeNull();
        timers[1].Record.Key!.Value.Span.SequenceEqual(timers[0].Record.Key!.Value.Span).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_two_answers_the_first_counts_and_the_second_goes_to_the_handler_of_what_nobody_claims()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", agent =>
        {
            Asker(agent);
            agent.On("answers", (Review review, AgentContext context) => context.Publish("late", review.Ok), unclaimed: true);
        }));
        await host.AppendAsync("orders", "k", "{}");
        CloudEvent question = (await host.ReadAsync("questions", 1))[0];

        await AnswerAsync(host, question, """{"invoice":"k","ok":true}""");
        await AnswerAsync(host, question, """{"invoice":"k","ok":false}""");

        (await TextsAsync(host, "done", 1)).ShouldBe(["\"k true\""]);
        (await TextsAsync(host, "late", 1)).ShouldBe(["false"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_second_answer_that_comes_while_the_handler_waits_for_something_else_is_unclaimed_too()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent("worker", agent => agent
                .On("orders", async (AgentContext context) =>
                {
                    Review review = await context.AskAsync<Review>("questions", null, "answers");
                    context.Publish("first", review.Ok);
                    await context.DelayAsync(Patience);
                    context.Publish("done", review.Ok);
                })
                .On("answers", (Review review, AgentContext context) => context.Publish("late", $"{context.Self.Key} {review.Ok}"), key: "invoice", unclaimed: true)),
            _time);
        await host.AppendAsync("orders", "k", "{}");
        CloudEvent question = (await host.ReadAsync("questions", 1))[0];
        await AnswerAsync(host, question, """{"invoice":"i","ok":true}""");
        await host.ReadAsync("first", 1);

        await AnswerAsync(host, question, """{"invoice":"i","ok":false}""");
        (await TextsAsync(host, "late", 1)).ShouldBe(["\"i False\""]);

        await _time.WhenTimerIsSetAsync(Patience);
        _time.Advance(Patience);
        (await TextsAsync(host, "done", 1)).ShouldBe(["true"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_before_any_question_goes_to_the_handler_of_what_nobody_claims()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", agent => agent
            .On("answers", (Review review, AgentContext context) => context.Publish("late", review.Ok), unclaimed: true)));

        await host.AppendAsync("answers", null, """{"invoice":"k","ok":true}""");

        (await TextsAsync(host, "late", 1)).ShouldBe(["true"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_follows_from_an_answer_names_it_as_its_cause_and_stays_in_the_conversation()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", agent => agent
            .On("orders", async (AgentContext context) =>
            {
                context.Publish("begun", context.Self.Key);
                await context.AskAsync<Review>("questions", null, "answers");
                await context.DelayAsync(TimeSpan.Zero);
                context.SetState(true);
                context.Publish("done", context.Self.Key);
            })));
        await host.AppendAsync("orders", "k", "{}");
        CloudEvent begun = (await host.ReadAsync("begun", 1))[0];
        CloudEvent question = (await host.ReadAsync("questions", 1))[0];

        await AnswerAsync(host, question, """{"invoice":"k","ok":true}""");

        CloudEvent answer = (await host.ReadAsync("answers", 1))[0];
        CloudEvent done = (await host.ReadAsync("done", 1))[0];
        done.CausationId.ShouldBe(answer.Id);
        done.CorrelationId.ShouldBe(begun.CorrelationId);
        question.CausationId.ShouldBe(begun.CausationId);
        (await host.ReadAsync("worker.state", 1))[0].CausationId.ShouldBe(answer.Id);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_that_cannot_be_read_is_parked_and_the_next_one_counts()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", Asker));
        await host.AppendAsync("orders", "k", "{}");
        CloudEvent question = (await host.ReadAsync("questions", 1))[0];

        await AnswerAsync(host, question, """{"invoice":"k","ok":"perhaps"}""");
        (CloudEvent parked, Record record) = (await host.ReadRecordsAsync("answers.dlq", 1))[0];
        await AnswerAsync(host, question, """{"invoice":"k","ok":true}""");

        (await TextsAsync(host, "done", 1)).ShouldBe(["\"k true\""]);
        Encoding.UTF8.GetString(parked.Data!.Value.Span).ShouldContain("perhaps");
        record.Headers.TryGet("__dlq.errors.topic"u8, out ReadOnlyMemory<byte> topic).ShouldBeTrue();
        Encoding.UTF8.GetString(topic.Span).ShouldBe("answers");
    }

    [Fact(Timeout = 60_000)]
    public async Task Answers_for_nobody_are_dropped_and_hold_nothing_up()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", Asker));
        await host.AppendAsync("answers", "k", "{}");
        await host.AppendAsync("orders", "k", "{}");
        CloudEvent question = (await host.ReadAsync("questions", 1))[0];
        string other = question.Id.Replace("worker/", "somebody/", StringComparison.Ordinal);
        string number = question.Id[..^1] + "7";
        string partition = question.Id.Replace("worker/", "worker/9", StringComparison.Ordinal);
        foreach (string id in (string[])["", "/", "worker/0/x-1", other, number, partition, new string('x', 1000)])
        {
            await AnswerAsync(host, question with { Id = id.Length == 0 ? "none" : id }, """{"invoice":"k","ok":true}""");
        }

        await host.AppendAsync("answers", null, "no JSON at all");
        await host.AppendAsync("answers", "k", """["k"]""");
        await AnswerAsync(host, question, """{"invoice":"k","ok":false}""");

        (await TextsAsync(host, "done", 1)).ShouldBe(["\"k false\""]);
        (await host.Broker.Topics.FindAsync("answers.dlq", AgentTestHost.Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_whole_answer_tells_who_gave_it()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", agent => agent
            .On("orders", async (AgentContext context) =>
            {
                CloudEvent answer = await context.AskAsync<CloudEvent>("questions", new Review("k", Ok: false), "answers");
                await context.RunAsync("effect", _ => Task.FromResult(1));
                context.Publish("done", answer.Source);
            })));
        await host.AppendAsync("orders", "k", "{}");

        await AnswerAsync(host, (await host.ReadAsync("questions", 1))[0], "{}");

        (await TextsAsync(host, "done", 1)).ShouldBe(["\"/people/ada\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_question_may_be_given_up_while_it_waits()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent("worker", agent => agent.On("orders", async (AgentContext context) =>
            {
                using var patience = new CancellationTokenSource();
                Task<Review> answer = context.AskAsync<Review>("questions", null, "answers", cancellationToken: patience.Token);
                if (await Task.WhenAny(answer, context.DelayAsync(Patience)) != answer)
                {
                    patience.Cancel();
                }

                await context.RunAsync("effect", _ => Task.FromResult(1));
                context.Publish("done", answer.IsCanceled);
            })),
            _time);
        await host.AppendAsync("orders", "k", "{}");
        await host.ReadAsync("questions", 1);

        await _time.WhenTimerIsSetAsync(Patience);
        _time.Advance(Patience);

        (await TextsAsync(host, "done", 1)).ShouldBe(["true"]);
    }

    private static void Asker(AgentBuilder agent) => agent.On("orders", async (AgentContext context) =>
    {
        try
        {
            Review review = await context.AskAsync<Review>("questions", new Review(context.Self.Key, Ok: false), "answers", Patience);
            context.Publish("done", $"{context.Self.Key} {(review.Ok ? "true" : "false")}");
        }
        catch (RequestTimeoutException)
        {
            context.Publish("done", $"{context.Self.Key} nobody");
        }
    });

    // As a person would: with a key of their own, or none.
    private static async Task AnswerAsync(AgentTestHost host, CloudEvent question, string data)
    {
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout);
        var answer = new CloudEvent
        {
            Id = Guid.NewGuid().ToString(),
            Source = "/people/ada",
            Type = "answers",
            CausationId = question.Id,
            DataContentType = "application/json",
            Data = Encoding.UTF8.GetBytes(data),
        };
        await producer.AppendAsync(new ProducerRecord("answers", EventCodec.Encode(answer, null)), AgentTestHost.Timeout);
    }

    private static async Task<long> CountAsync(AgentTestHost host, string topic)
    {
        TopicDescription found = (await host.Broker.Topics.FindAsync(topic, AgentTestHost.Timeout))!;
        return found.Partitions.Sum(partition => partition.LatestOffset - partition.EarliestOffset);
    }

    private static async Task<IEnumerable<string>> TextsAsync(AgentTestHost host, string topic, int count) =>
        (await host.ReadAsync(topic, count)).Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span));
}
