using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Tests.Runtime;

namespace Ganglion.Tests.Journal;

/// <summary>Agents that call each other.</summary>
public sealed class CallTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly ManualTime _time = new();

    public sealed record Numbers(int Left, int Right);

    private static AgentId Adder(string key) => new(new AgentType("adder"), key);

    [Fact(Timeout = 60_000)]
    public async Task A_caller_gets_the_reply_of_each_callee()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent("adder", agent => agent
                .OnRequest("add", (Numbers numbers, AgentContext context) => Task.FromResult($"{context.Self.Key}: {numbers.Left + numbers.Right}")))
            .AddAgent("caller", agent => agent.On("orders", async (AgentContext context) =>
            {
                string[] replies = await Task.WhenAll(Enumerable.Range(0, 3).Select(
                    i => context.CallAsync<string>(Adder($"{context.Self.Key}/{i}"), "add", new Numbers(i, i))));
                context.Publish("done", string.Join(", ", replies));
            })));

        foreach (int i in Enumerable.Range(0, 30))
        {
            await host.AppendAsync("orders", $"{i}", "{}");
        }

        (await TextsAsync(host, "done", 30)).Order().ShouldBe(
            Enumerable.Range(0, 30).Select(i => $"\"{i}/0: 0, {i}/1: 2, {i}/2: 4\"").Order());
        (await host.Broker.Topics.FindAsync("add", AgentTestHost.Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_callee_may_wait_and_both_survive_their_processes()
    {
        await using var host = new AgentTestHost();
        int asked = 0;
        void Configure(GanglionBuilder ganglion) => ganglion
            .AddAgent("adder", agent => agent.OnRequest("add", async (Numbers numbers, AgentContext context) =>
            {
                await context.RunAsync("count", _ => Task.FromResult(Interlocked.Increment(ref asked)));
                context.Publish("waiting", 1);
                await context.DelayAsync(Patience);
                return numbers.Left + numbers.Right;
            }))
            .AddAgent("caller", agent => agent.On("orders", async (AgentContext context) =>
                context.Publish("done", await context.CallAsync<int>(Adder("a"), "add", new Numbers(2, 3)))));
        await host.RunAsync(Configure, _time);
        await host.AppendAsync("orders", "k", "{}");
        await host.ReadAsync("waiting", 1);
        await host.KillAsync();

        await host.RunAsync(Configure, _time);
        await _time.WhenTimerIsSetAsync(Patience);
        _time.Advance(Patience);

        (await TextsAsync(host, "done", 1)).ShouldBe(["5"]);
        asked.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Replies_may_be_empty_plain_or_immediate()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent("adder", agent => agent
                .OnRequest("nothing", (AgentContext _) => { })
                .OnRequest("null", (AgentContext _) => Task.FromResult<string?>(null))
                .OnRequest("task", (AgentContext _) => Task.CompletedTask)
                .OnRequest("value", (AgentContext _) => ValueTask.FromResult(7))
                .OnRequest("now", (AgentContext _) => "now"))
            .AddAgent("caller", agent => agent.On("orders", async (AgentContext context) =>
            {
                await context.CallAsync(Adder("a"), "nothing");
                await context.CallAsync(Adder("a"), "now");
                string none = await context.CallAsync<string>(Adder("a"), "null");
                await context.CallAsync(Adder("a"), "task");
                int value = await context.CallAsync<int>(Adder("a"), "value");
                string now = await context.CallAsync<string>(Adder("a"), "now");
                context.Publish("done", $"{none is null} {value} {now}");
            })));

        await host.AppendAsync("orders", "k", "{}");

        (await TextsAsync(host, "done", 1)).ShouldBe(["\"True 7 now\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failure_of_the_callee_is_told_with_its_type_its_reason_and_its_message()
    {
        int tries = 0;
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent("adder", agent => agent
                .OnRequest("refuse", (Action<AgentContext>)(_ => throw new UnprocessableEventException("insufficient-funds", "No money.")))
                .OnRequest("fail", (Action<AgentContext>)(_ =>
                {
                    Interlocked.Increment(ref tries);
                    throw new InvalidOperationException("Broken.");
                })),
                options =>
                {
                    options.Retries = 2;
                    options.RetryDelay = TimeSpan.Zero;
                })
            .AddAgent("caller", agent => agent.On("orders", async (AgentContext context) =>
            {
                foreach (string request in (string[])["refuse", "fail", "unheard-of"])
                {
                    try
                    {
                        await context.CallAsync(Adder("a"), request);
                    }
                    catch (RequestFailedException failure)
                    {
                        context.Publish("done", $"{failure.Failure} {failure.Reason} {failure.Message}");
                    }
                }
            })));

        await host.AppendAsync("orders", "k", "{}");

        string[] told = [.. await TextsAsync(host, "done", 3)];
        told[0].ShouldContain("UnprocessableEventException insufficient-funds");
        told[0].ShouldContain("No money.");
        told[1].ShouldContain("System.InvalidOperationException  The request");
        told[1].ShouldContain("Broken.");
        told[2].ShouldContain("handler-not-found");
        tries.ShouldBe(3);
        (await host.Broker.Topics.FindAsync("adder.inbox.dlq", AgentTestHost.Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_calls_an_agent_that_nobody_has_ever_hosted_is_told()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent("caller", agent => agent.On("orders", async (AgentContext context) =>
            {
                try
                {
                    await context.CallAsync(Adder("a"), "add");
                }
                catch (UndeliverableException undeliverable)
                {
                    context.Publish("done", undeliverable.Message);
                }
            })));

        await host.AppendAsync("orders", "k", "{}");

        (await TextsAsync(host, "done", 1)).Single().ShouldContain("There is no agent 'adder'");
        (await host.Broker.Topics.FindAsync("adder.inbox", AgentTestHost.Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_that_takes_too_long_reaches_the_callee_as_a_cancellation_and_its_callee_too()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion
                .AddAgent("far", agent => agent.OnRequest("work", async (AgentContext context) => await WaitAsync(context, "far")))
                .AddAgent("adder", agent => agent.OnRequest("add", async (AgentContext context) =>
                {
                    try
                    {
                        await context.CallAsync(new AgentId(new AgentType("far"), "f"), "work");
                    }
                    catch (RequestCancelledException)
                    {
                        // What is to be undone may take its time.
                        await context.RunAsync("undo", _ => Task.FromResult(1));
                        context.Publish("cancelled", "adder");
                    }
                }))
                .AddAgent("caller", agent => agent.On("orders", async (AgentContext context) =>
                {
                    try
                    {
                        await context.CallAsync(Adder("a"), "add", timeout: Patience);
                    }
                    catch (RequestTimeoutException)
                    {
                        context.Publish("done", "timeout");
                    }
                })),
            _time);
        await host.AppendAsync("orders", "k", "{}");
        await host.ReadAsync("waiting", 1);

        await _time.WhenTimerIsSetAsync(Patience);
        _time.Advance(Patience);

        (await TextsAsync(host, "done", 1)).ShouldBe(["\"timeout\""]);
        (await TextsAsync(host, "cancelled", 2)).Order().ShouldBe(["\"adder\"", "\"far\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_caller_that_returns_without_its_reply_cancels_what_it_has_called()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion
            .AddAgent("adder", agent => agent.OnRequest("add", async (AgentContext context) => await WaitAsync(context, "adder")))
            .AddAgent("caller", agent => agent.On("orders", async (AgentContext context) =>
            {
                Task call = context.CallAsync(Adder("a"), "add");
                await Task.WhenAny(call, context.AskAsync<CloudEvent>("questions", null, "answers", by: new("go", "on")));
                context.Publish("done", call.IsCompleted);
            })));
        await host.AppendAsync("orders", "k", "{}");
        await host.ReadAsync("waiting", 1);

        await host.AppendAsync("answers", null, """{"go":"on"}""");

        (await TextsAsync(host, "done", 1)).ShouldBe(["false"]);
        (await TextsAsync(host, "cancelled", 1)).ShouldBe(["\"adder\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_circle_of_calls_is_told_to_whoever_would_close_it()
    {
        var partner = new AgentType("partner");
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent("partner", agent => agent.OnRequest("help", async (AgentContext context) =>
            {
                await context.CallAsync(new AgentId(new AgentType("caller"), "k"), "help-back");
            }))
            .AddAgent("caller", agent => agent
                .On("orders", async (AgentContext context) =>
                {
                    try
                    {
                        await context.CallAsync(new AgentId(partner, "p"), "help");
                    }
                    catch (RequestFailedException failure)
                    {
                        context.Publish("done", $"{failure.Reason} {failure.Message}");
                    }
                })
                .OnRequest("help-back", (AgentContext _) => 1)));

        await host.AppendAsync("orders", "k", "{}");

        (await TextsAsync(host, "done", 1)).Single().ShouldContain("call-cycle The request 'help of partner/p' has failed: partner/p cannot call caller/k");
    }

    [Fact(Timeout = 60_000)]
    public async Task Calls_of_ever_new_instances_come_to_an_end()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent("deep", agent => agent
                .On("orders", (Func<AgentContext, Task>)(context => DescendAsync(context, 0)))
                .OnRequest("descend", (Func<int, AgentContext, Task<string>>)(async (depth, context) => await DescendAsync(context, depth)))));

        await host.AppendAsync("orders", "k", "{}");

        (await TextsAsync(host, "done", 1)).Single().ShouldContain("100 calls wait for each other already");

        static async Task<string> DescendAsync(AgentContext context, int depth)
        {
            try
            {
                return await context.CallAsync<string>(new AgentId(context.Self.Type, $"{depth}"), "descend", depth + 1);
            }
            catch (CallCycleException cycle)
            {
                context.Publish("done", cycle.Message);
                return "the bottom";
            }
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Replies_that_come_twice_or_for_nobody_change_nothing()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent("adder", agent => agent.OnRequest("add", (AgentContext _) => 1))
            .AddAgent("caller", agent => agent.On("orders", async (AgentContext context) =>
            {
                int first = await context.CallAsync<int>(Adder("a"), "add");
                int second = await context.CallAsync<int>(Adder("a"), "add");
                context.Publish("done", first + second);
            })));
        await host.AppendAsync("orders", "k", "{}");
        (await TextsAsync(host, "done", 1)).ShouldBe(["2"]);

        // The inbox of the caller holds two replies: both come again, and one of them for another partition.
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout);
        foreach ((CloudEvent _, Record record) in await host.ReadRecordsAsync("caller.inbox", 2))
        {
            await producer.AppendAsync([.. Enumerable.Range(0, 8).Select(i => new ProducerRecord("caller.inbox", record, i))], AgentTestHost.Timeout);
        }

        await host.AppendAsync("orders", "again", "{}");
        (await TextsAsync(host, "done", 2)).ShouldBe(["2", "2"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reply_to_an_address_that_does_not_exist_stops_nobody()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent(
                "adder",
                agent => agent
                    .OnRequest("add", (AgentContext _) => 1)
                    .OnRequest("fail", (Action<AgentContext>)(_ => throw new UnprocessableEventException("no")))
                    .On("pings", (AgentContext context) => context.Publish("pongs", 1)),
                options => options.Retries = 0));
        string operation = $"{new string('0', 32)}-0";
        foreach (string address in (string[])["", "/", $"adder/99/{operation}", $"a b/0/{operation}", $"../0/{operation}", $"{new string('x', 300)}/0/{operation}"])
        {
            foreach (string request in (string[])["add", "fail"])
            {
                var sent = new CloudEvent
                {
                    Id = Guid.NewGuid().ToString(), Source = "/tests", Type = request,
                    Extensions = address.Length == 0 ? [] : new Dictionary<string, string> { ["replyto"] = address },
                };
                await host.Publisher.PublishAsync("adder.inbox", sent, "k", AgentTestHost.Timeout);
            }
        }

        await host.AppendAsync("pings", "k", "{}");

        (await TextsAsync(host, "pongs", 1)).ShouldBe(["1"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_message_is_sent_to_an_instance_and_nothing_is_awaited()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent("adder", agent => agent.OnRequest("note", (int number, AgentContext context) => context.Publish("noted", $"{context.Self.Key} {number}")))
            .AddAgent("caller", agent => agent.On("orders", (AgentContext context) => context.Send(Adder("a"), "note", 7))));

        await host.AppendAsync("orders", "k", "{}");

        (await TextsAsync(host, "noted", 1)).ShouldBe(["\"a 7\""]);
    }

    private static async Task WaitAsync(AgentContext context, string name)
    {
        try
        {
            context.Publish("waiting", name);
            await context.DelayAsync(TimeSpan.FromDays(1000));
        }
        catch (RequestCancelledException)
        {
            context.Publish("cancelled", name);
        }
    }

    private static async Task<IEnumerable<string>> TextsAsync(AgentTestHost host, string topic, int count) =>
        (await host.ReadAsync(topic, count)).Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span));
}
