using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Tests.Runtime;

public sealed record Tally(int Count);

/// <summary>Events out, state and offset are one: all of it, or none.</summary>
public sealed class StepTests
{
    [Fact(Timeout = 60_000)]
    public async Task What_a_handler_sends_knows_its_cause_and_its_conversation()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("echo", agent => agent
            .On<Note>("notes", (note, context) => context.Publish("echoes", note))));
        var first = new CloudEvent
        {
            Id = "first", Source = "/tests", Type = "note", DataContentType = "application/json", SessionId = "session-1",
            Data = """{"number":1}"""u8.ToArray(),
        };

        await host.Publisher.PublishAsync("notes", first, "key-1", AgentTestHost.Timeout);

        (CloudEvent echo, Record record) = (await host.ReadRecordsAsync("echoes", 1)).ShouldHaveSingleItem();
        echo.Type.ShouldBe("echoes");
        echo.Source.ShouldBe("/agents/echo");
        echo.CausationId.ShouldBe("first");
        echo.CorrelationId.ShouldBe("first");
        echo.SessionId.ShouldBe("session-1");
        Encoding.UTF8.GetString(record.Key!.Value.Span).ShouldBe("key-1");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_conversation_goes_on_through_many_hops()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent("a", agent => agent.On<Note>("one", (note, context) => context.Publish("two", note)))
            .AddAgent("b", agent => agent.On<Note>("two", (note, context) => context.Publish("three", note))));

        await host.AppendAsync("one", "k", """{"number":1}""");

        CloudEvent last = (await host.ReadAsync("three", 1))[0];
        CloudEvent middle = (await host.ReadAsync("two", 1))[0];
        CloudEvent first = (await host.ReadAsync("one", 1))[0];
        last.CausationId.ShouldBe(middle.Id);
        middle.CausationId.ShouldBe(first.Id);
        last.CorrelationId.ShouldBe(first.Id);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_follows_from_a_bare_answer_can_stay_in_the_conversation_of_the_question()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("desk", agent => agent
            .On<Note>("questions", (note, context) =>
            {
                context.SetState(context.Conversation);
                context.Publish("asked", note);
            })
            .On<Note>("answers", (note, context) => context.Publish("results", note, conversation: context.GetState<string>()))));

        await host.AppendAsync("questions", "k", """{"number":1}""");
        CloudEvent question = (await host.ReadAsync("asked", 1))[0];
        await host.AppendAsync("answers", "k", """{"number":2}""");

        CloudEvent answer = (await host.ReadAsync("answers", 1))[0];
        CloudEvent result = (await host.ReadAsync("results", 1))[0];
        result.CorrelationId.ShouldBe(question.CorrelationId);
        result.CausationId.ShouldBe(answer.Id);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_sent_before_the_handler_threw_is_never_seen()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "half",
            agent => agent.On<Note>("notes", (note, context) =>
            {
                context.Publish("halves", note);
                if (context.Attempt == 1)
                {
                    throw new InvalidOperationException("Not yet.");
                }
            }),
            options => options.RetryDelay = TimeSpan.FromMilliseconds(1)));

        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.AppendAsync("notes", "k", """{"number":2}""");

        (await host.ReadAsync("halves", 2)).Count.ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_dies_between_handler_and_commit_leaves_nothing_behind()
    {
        var handled = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("counter", agent => agent
            .On<Note>("notes", async (_, context) =>
            {
                context.SetState(new Tally(1));
                context.Publish("counted", new Tally(1));
                handled.SetResult();
                await never.Task;
            })));
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await handled.Task;

        await host.KillAsync();

        (await host.Broker.Topics.FindAsync("counted", AgentTestHost.Timeout)).ShouldBeNull();
        await host.RunAsync(ganglion => ganglion.AddAgent("counter", agent => agent
            .On<Note>("notes", (_, context) =>
            {
                context.GetState<Tally>().ShouldBeNull();
                context.Publish("counted", new Tally(1));
            })));
        (await host.ReadAsync("counted", 1)).Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_step_that_is_done_again_sends_the_same_events()
    {
        var ids = new List<string>();
        var again = new TaskCompletionSource();
        void Define(AgentBuilder agent) => agent.On<Note>("notes", async (note, context) =>
        {
            string id = context.Schedule(TimeSpan.FromDays(1), "notes", note);
            ids.Add(id);
            if (ids.Count == 1)
            {
                again.SetResult();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }

            again.TrySetResult();
        });
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("repeater", Define));
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await again.Task;
        again = new TaskCompletionSource();

        await host.KillAsync();
        await host.RunAsync(ganglion => ganglion.AddAgent("repeater", Define));

        await again.Task;
        ids[1].ShouldBe(ids[0]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_finished_ahead_of_a_slow_neighbour_is_not_done_again()
    {
        var handled = new List<int>();
        var slowBegan = new TaskCompletionSource();
        void Define(AgentBuilder agent) => agent.On<Note>("notes", async (note, context) =>
        {
            if (context.Self.Key == "slow" && slowBegan.TrySetResult())
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }

            lock (handled)
            {
                handled.Add(note.Number);
            }

            context.Publish("done", note);
        });
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "reader", Define, options => options.Partitions = 1));
        await host.AppendAsync("notes", "slow", """{"number":0}""");
        await slowBegan.Task;
        for (int i = 1; i < 10; i++)
        {
            await host.AppendAsync("notes", $"fast-{i}", $$"""{"number":{{i}}}""");
        }

        (await host.ReadAsync("done", 9)).Count.ShouldBe(9);
        await host.KillAsync();
        OffsetAndMetadata committed = (await host.Broker.Groups.FindAsync("reader", AgentTestHost.Timeout))!.Offsets
            .Single(offset => offset.Partition.Topic == "notes").Committed;
        committed.Offset.ShouldBe(0);
        committed.Metadata.ShouldNotBeNull();

        await host.RunAsync(ganglion => ganglion.AddAgent("reader", Define));
        (await host.ReadAsync("done", 10)).Count.ShouldBe(10);
        handled.Order().ShouldBe(Enumerable.Range(0, 10));
    }

    [Fact(Timeout = 60_000)]
    public async Task Steps_that_finish_together_are_committed_together()
    {
        const int count = 400;
        int begun = 0;
        var allBegun = new TaskCompletionSource();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "slow",
            agent => agent.On<Note>("notes", async (note, context) =>
            {
                if (Interlocked.Increment(ref begun) == count)
                {
                    allBegun.SetResult();
                }

                await release.Task;
                context.Publish("done", note);
            }),
            options =>
            {
                options.Partitions = 1;
                options.Concurrency = count;
            }));
        for (int i = 0; i < count; i++)
        {
            await host.AppendAsync("notes", $"key-{i}", $$"""{"number":{{i}}}""");
        }

        await allBegun.Task;
        release.SetResult();

        (await host.ReadAsync("done", count)).Count.ShouldBe(count);
        TopicDescription offsets = (await host.Broker.Topics.FindAsync("__consumer_offsets", AgentTestHost.Timeout))!;

        // How many fewer depends on how fast a commit is against a handler.
        offsets.Partitions.Sum(partition => partition.LatestOffset).ShouldBeLessThan(count * 3 / 4);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_is_over_cannot_send_any_more()
    {
        var tooLate = new TaskCompletionSource<Exception>();
        AgentContext? leaked = null;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("leaky", agent => agent
            .On<Note>("notes", (note, context) =>
            {
                if (note.Number == 1)
                {
                    leaked = context;
                }
                else
                {
                    tooLate.SetResult(Should.Throw<InvalidOperationException>(() => leaked!.Publish("late", note)));
                }
            })));

        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.AppendAsync("notes", "k", """{"number":2}""");

        (await tooLate.Task).Message.ShouldContain("leaky/k");
    }
}
