using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Tests.Runtime;
using Ganglion.Tests.State;

namespace Ganglion.Tests.Journal;

/// <summary>Handlers that have their instance for themselves.</summary>
public sealed class ExclusiveTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly ManualTime _time = new();

    [Fact(Timeout = 60_000)]
    public async Task While_an_exclusive_handler_waits_its_instance_handles_nothing_else_and_others_do()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(Configure, _time);
        await host.AppendAsync("exclusive", "k", "{}");
        await host.ReadAsync("waiting", 1);
        await host.AppendAsync("notes", "k", "1");
        await host.AppendAsync("notes", "k", "2");
        await host.AppendAsync("notes", "other", "9");
        (await TextsAsync(host, "noted", 1)).ShouldBe(["\"other 9\""]);

        await AdvanceAsync();

        (await TextsAsync(host, "done", 1)).ShouldBe(["\"k\""]);
        (await TextsAsync(host, "noted", 3)).Skip(1).ShouldBe(["\"k 1\"", "\"k 2\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_put_aside_survives_the_process_and_keeps_its_order_before_what_comes_later()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(Configure, _time);
        await host.AppendAsync("exclusive", "k", "{}");
        await host.ReadAsync("waiting", 1);
        for (int i = 0; i < 50; i++)
        {
            await host.AppendAsync("notes", "k", $"{i}");
        }

        await WhenPutAsideAsync(host, 50);
        await host.KillAsync();
        await host.RunAsync(Configure, _time);
        for (int i = 50; i < 60; i++)
        {
            await host.AppendAsync("notes", "k", $"{i}");
        }

        await AdvanceAsync();
        for (int i = 60; i < 100; i++)
        {
            await host.AppendAsync("notes", "k", $"{i}");
        }

        (await TextsAsync(host, "noted", 100)).ShouldBe(Enumerable.Range(0, 100).Select(i => $"\"k {i}\""));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_put_aside_after_a_restart_takes_the_place_of_nothing_from_before()
    {
        var one = new Dictionary<string, string?> { ["Ganglion:Agents:worker:Partitions"] = "1" };
        await using var host = new AgentTestHost();
        await host.RunAsync(Configure, _time, one);
        await host.AppendAsync("exclusive", "k", "{}");
        await host.ReadAsync("waiting", 1);
        await host.AppendAsync("notes", "k", "0");
        await host.AppendAsync("notes", "k", "1");
        await WhenPutAsideAsync(host, 2);
        await host.KillAsync();
        await host.RunAsync(Configure, _time, one);
        await host.AppendAsync("notes", "k", "2");
        await WhenPutAsideAsync(host, 3);
        await host.KillAsync();

        await host.CompactAsync("worker.journal");
        await host.RunAsync(Configure, _time, one);
        await AdvanceAsync();

        (await TextsAsync(host, "noted", 3)).ShouldBe(["\"k 0\"", "\"k 1\"", "\"k 2\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Killed_while_what_was_put_aside_goes_on_nothing_is_lost_or_handled_twice()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(Configure, _time);
        await host.AppendAsync("exclusive", "k", "{}");
        await host.ReadAsync("waiting", 1);
        for (int i = 0; i < 200; i++)
        {
            await host.AppendAsync("notes", "k", $"{i}");
        }

        await WhenPutAsideAsync(host, 200);
        await AdvanceAsync();
        await host.ReadAsync("noted", 1);
        await host.KillAsync();
        await host.RunAsync(Configure, _time);

        (await TextsAsync(host, "noted", 200)).ShouldBe(Enumerable.Range(0, 200).Select(i => $"\"k {i}\""));
        await host.AppendAsync("notes", "k", "200");
        (await TextsAsync(host, "noted", 201)).Last().ShouldBe("\"k 200\"");
    }

    [Fact(Timeout = 60_000)]
    public async Task Exclusive_handlers_take_turns_each_in_one_piece()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(Configure, _time);
        foreach (int _ in Enumerable.Range(0, 3))
        {
            await host.AppendAsync("exclusive", "k", "{}");
        }

        foreach (int i in Enumerable.Range(1, 3))
        {
            await host.ReadAsync("waiting", i);
            (await CountAsync(host, "waiting")).ShouldBe(i);
            await AdvanceAsync();
            await host.ReadAsync("done", i);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task An_outcome_for_another_handler_of_the_instance_waits_too_however_many_events_may()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(Configure, _time, new Dictionary<string, string?> { ["Ganglion:Agents:worker:MaxDeferred"] = "0" });
        await host.AppendAsync("asks", "k", "{}");
        CloudEvent question = (await host.ReadAsync("questions", 1))[0];
        await host.AppendAsync("exclusive", "k", "{}");
        await host.ReadAsync("waiting", 1);
        await host.Publisher.PublishAsync(
            "answers", new CloudEvent { Id = "a", Source = "/tests", Type = "answers", CausationId = question.Id }, cancellationToken: AgentTestHost.Timeout);
        await WhenPutAsideAsync(host, 1);
        (await host.Broker.Topics.FindAsync("answered", AgentTestHost.Timeout)).ShouldBeNull();

        await AdvanceAsync();

        (await TextsAsync(host, "answered", 1)).ShouldBe(["\"k\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_what_waits_for_an_exclusive_handler_there_is_an_end()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(Configure, _time, new Dictionary<string, string?> { ["Ganglion:Agents:worker:MaxDeferred"] = "2" });
        await host.AppendAsync("exclusive", "k", "{}");
        await host.ReadAsync("waiting", 1);
        foreach (int i in Enumerable.Range(0, 3))
        {
            await host.AppendAsync("notes", "k", $"{i}");
        }

        (CloudEvent parked, Record record) = (await host.ReadRecordsAsync("notes.dlq", 1))[0];
        Encoding.UTF8.GetString(parked.Data!.Value.Span).ShouldBe("2");
        record.Headers.TryGet("__dlq.errors.message"u8, out ReadOnlyMemory<byte> message).ShouldBeTrue();
        Encoding.UTF8.GetString(message.Span).ShouldContain("2 events wait for it already");

        await AdvanceAsync();
        (await TextsAsync(host, "noted", 2)).ShouldBe(["\"k 0\"", "\"k 1\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_exclusive_handler_that_fails_gives_its_instance_back()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent("worker", agent => agent
                .On("exclusive", [Exclusive] async (AgentContext context) =>
                {
                    context.Publish("waiting", 1);
                    await context.DelayAsync(Day);
                    throw new UnprocessableEventException("no");
                })
                .On("notes", (int number, AgentContext context) => context.Publish("noted", $"{context.Self.Key} {number}"))),
            _time);
        await host.AppendAsync("exclusive", "k", "{}");
        await host.ReadAsync("waiting", 1);
        await host.AppendAsync("notes", "k", "1");
        await WhenPutAsideAsync(host, 1);

        await AdvanceAsync();

        await host.ReadAsync("exclusive.dlq", 1);
        (await TextsAsync(host, "noted", 1)).ShouldBe(["\"k 1\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_exclusive_handler_that_is_refused_where_it_would_wait_again_gives_its_instance_back()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent(
                "worker",
                agent => agent
                    .On("exclusive", [Exclusive] async (AgentContext context) =>
                    {
                        context.Publish("waiting", 1);
                        await context.DelayAsync(Day);
                        context.Publish("waiting", new string('x', 2_000_000));
                        await context.DelayAsync(Day);
                    })
                    .On("notes", (int number, AgentContext context) => context.Publish("noted", $"{context.Self.Key} {number}")),
                options => options.Retries = 0),
            _time);
        await host.AppendAsync("exclusive", "k", "{}");
        await host.ReadAsync("waiting", 1);
        await host.AppendAsync("notes", "k", "1");
        await WhenPutAsideAsync(host, 1);

        await AdvanceAsync();

        await host.ReadAsync("exclusive.dlq", 1);
        (await TextsAsync(host, "noted", 1)).ShouldBe(["\"k 1\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Requests_and_events_without_data_come_back_as_they_were()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion =>
            {
                Configure(ganglion);
                ganglion.AddAgent("caller", agent => agent.On("calls", async (AgentContext context) =>
                    context.Publish("called", await context.CallAsync<string>(new AgentId(new AgentType("worker"), "k"), "name"))));
            },
            _time);
        await host.AppendAsync("exclusive", "k", "{}");
        await host.ReadAsync("waiting", 1);
        await host.AppendAsync("calls", "c", "{}");
        await host.Publisher.PublishAsync(
            "raw", new CloudEvent { Id = "a", Source = "/tests", Type = "raw", Subject = "s" }, "k", AgentTestHost.Timeout);
        await WhenPutAsideAsync(host, 2);

        await AdvanceAsync();

        (await TextsAsync(host, "called", 1)).ShouldBe(["\"name of k\""]);
        (await TextsAsync(host, "rawed", 1)).ShouldBe(["\"raw k s True\""]);
    }

    private static void Configure(GanglionBuilder ganglion) => ganglion.AddAgent("worker", agent => agent
        .On("exclusive", [Exclusive] async (AgentContext context) =>
        {
            context.Publish("waiting", 1);
            await context.DelayAsync(Day);
            context.Publish("done", context.Self.Key);
        })
        .On("asks", async (AgentContext context) =>
        {
            await context.AskAsync<CloudEvent>("questions", null, "answers");
            context.Publish("answered", context.Self.Key);
        })
        .On("raw", (CloudEvent raw, AgentContext context) =>
            context.Publish("rawed", $"{raw.Type} {context.Self.Key} {raw.Subject} {raw.Data is null}"))
        .On("notes", (int number, AgentContext context) => context.Publish("noted", $"{context.Self.Key} {number}"))
        .OnRequest("name", (AgentContext context) => $"name of {context.Self.Key}"));

    private async Task AdvanceAsync()
    {
        await _time.WhenTimerIsSetAsync(Day);
        _time.Advance(Day);
    }

    // The journal of the handler that waits is one record more.
    private static async Task WhenPutAsideAsync(AgentTestHost host, int count)
    {
        int seen = 0;
        for (int asked = 1; seen < count; asked++)
        {
            seen = (await host.ReadRecordsAsync("worker.journal", asked)).Count(
                one => Encoding.UTF8.GetString(one.Record.Key!.Value.Span).StartsWith("deferred/", StringComparison.Ordinal));
        }
    }

    private static async Task<long> CountAsync(AgentTestHost host, string topic)
    {
        TopicDescription found = (await host.Broker.Topics.FindAsync(topic, AgentTestHost.Timeout))!;
        return found.Partitions.Sum(partition => partition.LatestOffset - partition.EarliestOffset);
    }

    private static async Task<IEnumerable<string>> TextsAsync(AgentTestHost host, string topic, int count) =>
        (await host.ReadAsync(topic, count)).Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span));
}
