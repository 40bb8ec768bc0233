using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Tests.Runtime;
using Ganglion.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Actors;

/// <summary>Messages from outside of any agent, and their replies.</summary>
public sealed class SendMessageTests
{
    private const string Replies = "ganglion.clients.inbox";

    public sealed record Numbers(int Left, int Right);

    [EventType("sum")]
    public sealed record Sum(int Value);

    public sealed record Greeting(string Name);

    public sealed record Failing(string Reason);

    [Agent("calculator")]
    public sealed class Calculator : Agent, IHandle<Numbers, Sum>, IHandle<Greeting>, IHandle<Sum, string?>, IHandle<Failing>
    {
        public ValueTask<Sum> HandleAsync(Numbers message, MessageContext context) => ValueTask.FromResult(new Sum(message.Left + message.Right));

        public ValueTask HandleAsync(Greeting message, MessageContext context)
        {
            context.Agent.Publish("greeted", $"{context.Agent.Self} {message.Name} {context.IsRpc} {context.Sender is null} {context.Topic is null}");
            return default;
        }

        public ValueTask<string?> HandleAsync(Sum message, MessageContext context) => ValueTask.FromResult<string?>(null);

        public ValueTask HandleAsync(Failing message, MessageContext context) => throw new UnprocessableEventException(message.Reason, "It cannot be done.");
    }

    [Agent("front")]
    public sealed class Front : Agent, IHandle<Numbers, string>
    {
        public async ValueTask<string> HandleAsync(Numbers message, MessageContext context)
        {
            Sum sum = await context.Agent.SendMessageAsync<Sum>(message, Id("calculator", "c"));
            await context.Agent.SendMessageAsync(new Greeting("x"), Id("back", "b/1"));
            return $"{sum.Value}";
        }
    }

    [Agent("back")]
    public sealed class Back : Agent, IHandle<Greeting>
    {
        public ValueTask HandleAsync(Greeting message, MessageContext context)
        {
            context.Agent.Publish("senders", $"{context.Sender}");
            return default;
        }
    }

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    private static AgentId Id(string agent, string key) => new(new AgentType(agent), key);

    private static IAgentRuntime RuntimeOf(IHost host) => host.Services.GetRequiredService<IAgentRuntime>();

    [Fact(Timeout = 60_000)]
    public async Task Whoever_sends_a_message_gets_the_reply_of_the_handler_of_its_type()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Calculator>());
        IAgentRuntime runtime = RuntimeOf(host.Host);

        (await runtime.SendMessageAsync<Sum>(new Numbers(2, 3), Id("calculator", "a"), cancellationToken: Timeout)).ShouldBe(new Sum(5));
        (await runtime.SendMessageAsync<string>(new Sum(1), Id("calculator", "a"), cancellationToken: Timeout)).ShouldBeNull();
        (await runtime.SendMessageAsync<CloudEvent>(new Sum(1), Id("calculator", "a"), cancellationToken: Timeout)).ShouldNotBeNull().Data.ShouldBeNull();
        await runtime.SendMessageAsync(new Greeting("Ada"), Id("calculator", "a"), cancellationToken: Timeout);

        CloudEvent greeted = (await host.ReadAsync("greeted", 1))[0];
        Encoding.UTF8.GetString(greeted.Data!.Value.Span).ShouldBe("\"calculator/a Ada True True True\"");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("")]
    [InlineData("INV-1001")]
    [InlineData("a/b//c/")]
    [InlineData("two words, and % and +")]
    [InlineData("Grüße, 世界 🧠")]
    [InlineData("line\nline\t\0")]
    public async Task An_instance_is_reached_whatever_its_key_holds(string key)
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent("echo", agent => agent.OnRequest("who", (AgentContext context) => context.Self.ToString())));

        string? self = await RuntimeOf(host.Host).SendMessageAsync<string>("", Id("echo", key), "who", cancellationToken: Timeout);

        AgentId.Parse(self!).ShouldBe(Id("echo", key));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_that_is_no_text_is_refused_rather_than_changed()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Calculator>());

        await Should.ThrowAsync<ArgumentException>(
            () => RuntimeOf(host.Host).SendMessageAsync(new Greeting(""), Id("calculator", "half \ud83e"), cancellationToken: Timeout).AsTask());
    }

    [Fact(Timeout = 60_000)]
    public async Task Replies_come_again_when_their_topic_was_deleted()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Calculator>());
        IAgentRuntime runtime = RuntimeOf(host.Host);
        await runtime.SendMessageAsync(new Numbers(2, 3), Id("calculator", "a"), cancellationToken: Timeout);

        await host.Broker.Topics.DeleteAsync(Replies, Timeout);
        await host.ReadRecordsAsync(Replies, 0);

        (await runtime.SendMessageAsync<Sum>(new Numbers(2, 3), Id("calculator", "a"), cancellationToken: Timeout)).ShouldBe(new Sum(5));
    }

    [Fact(Timeout = 60_000)]
    public async Task Agents_send_each_other_messages_and_see_who_has()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion
            .AddAgent<Calculator>().AddAgent<Front>().AddAgent<Back>());

        (await RuntimeOf(host.Host).SendMessageAsync<string>(new Numbers(2, 3), Id("front", "f /1"), cancellationToken: Timeout)).ShouldBe("5");

        Encoding.UTF8.GetString((await host.ReadAsync("senders", 1))[0].Data!.Value.Span).ShouldBe("\"front/f /1\"");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failure_comes_back_as_a_typed_error()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Calculator>());
        IAgentRuntime runtime = RuntimeOf(host.Host);

        RequestFailedException failed = await Should.ThrowAsync<RequestFailedException>(
            () => runtime.SendMessageAsync(new Failing("out-of-ink"), Id("calculator", "a"), cancellationToken: Timeout).AsTask());
        failed.Reason.ShouldBe("out-of-ink");

        failed = await Should.ThrowAsync<RequestFailedException>(
            () => runtime.SendMessageAsync("text", Id("calculator", "a"), cancellationToken: Timeout).AsTask());
        failed.Reason.ShouldBe("handler-not-found");

        await Should.ThrowAsync<EventDataException>(
            () => runtime.SendMessageAsync<DateTimeOffset>(new Numbers(1, 1), Id("calculator", "a"), cancellationToken: Timeout).AsTask());
        Should.Throw<ArgumentException>(() => EventTypeAttribute.NameOf(typeof(List<int>))).Message.ShouldContain("a type of your own");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_message_to_an_agent_that_nobody_hosts_is_undeliverable()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(_ => { });

        UndeliverableException undeliverable = await Should.ThrowAsync<UndeliverableException>(
            () => RuntimeOf(host.Host).SendMessageAsync(new Greeting(""), Id("nobody", "a"), cancellationToken: Timeout).AsTask());

        undeliverable.Message.ShouldContain("nobody hosts 'nobody'");
        (await host.Broker.Topics.FindAsync("nobody.inbox", Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sender_that_has_waited_long_enough_gives_up_and_the_agent_is_told()
    {
        var time = new ManualTime();
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent<Sleeper>(), time);

        Task waiting = RuntimeOf(host.Host).SendMessageAsync("", Id("sleeper", "a"), "sleep", TimeSpan.FromMinutes(1), Timeout).AsTask();
        await host.ReadAsync("asleep", 1);
        await time.WhenTimerIsSetAsync(TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromMinutes(1));

        (await Should.ThrowAsync<RequestTimeoutException>(() => waiting)).Message.ShouldContain("sleep of sleeper/a");
        (await host.ReadAsync("woken", 1)).ShouldHaveSingleItem();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sender_that_is_cancelled_gives_up_and_the_agent_is_told()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Sleeper>());
        using var patience = new CancellationTokenSource();

        Task waiting = RuntimeOf(host.Host).SendMessageAsync("", Id("sleeper", "a"), "sleep", cancellationToken: patience.Token).AsTask();
        await host.ReadAsync("asleep", 1);
        await patience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        (await host.ReadAsync("woken", 1)).ShouldHaveSingleItem();
    }

    [Fact(Timeout = 60_000)]
    public async Task Replies_that_come_twice_late_or_for_nobody_are_counted_and_dropped()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Calculator>());
        IAgentRuntime runtime = RuntimeOf(host.Host);
        await runtime.SendMessageAsync(new Numbers(2, 3), Id("calculator", "a"), cancellationToken: Timeout);
        (CloudEvent reply, Record record) = (await host.ReadRecordsAsync(Replies, 1))[0];
        int partition = await PartitionOfAsync(host, reply);

        using var measured = new Measurements("messaging.destination.name", Replies);
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        await producer.AppendAsync(new ProducerRecord(Replies, record, partition), Timeout);
        await producer.AppendAsync(new ProducerRecord(Replies, record with { Headers = default }, partition), Timeout);

        // A reply that comes behind them is one that is waited for: those before have been looked at.
        (await runtime.SendMessageAsync<Sum>(new Numbers(1, 1), Id("calculator", "a"), cancellationToken: Timeout)).ShouldBe(new Sum(2));
        measured.Of("ganglion.events.unclaimed").Sum(one => one.Value).ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_still_waits_when_the_host_stops_is_told()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Sleeper>());
        IHost asking = await host.RunAsync(_ => { });
        Task waiting = RuntimeOf(asking).SendMessageAsync("", Id("sleeper", "a"), "sleep", cancellationToken: Timeout).AsTask();
        await host.ReadAsync("asleep", 1);

        await host.StopAsync();

        await Should.ThrowAsync<ObjectDisposedException>(() => waiting);
    }

    [Fact(Timeout = 120_000)]
    public async Task When_one_of_two_hosts_goes_every_message_under_way_gets_one_reply()
    {
        const int Count = 1000;
        await using var host = new AgentTestHost();
        int handled = 0;
        var half = new TaskCompletionSource();
        void Configure(GanglionBuilder ganglion) => ganglion.AddAgent("adder", agent => agent.OnRequest("add", (Numbers numbers, AgentContext context) =>
        {
            if (Interlocked.Increment(ref handled) == Count / 2)
            {
                half.SetResult();
            }

            return numbers.Left + numbers.Right;
        }));
        IHost asking = await host.RunAsync(_ => { });
        await host.RunAsync(Configure);
        await host.RunAsync(Configure);
        await host.WhenMembersAsync("adder", 2);
        IAgentRuntime runtime = RuntimeOf(asking);

        using var measured = new Measurements("messaging.destination.name", Replies);
        Task<int>[] replies =
        [
            .. Enumerable.Range(0, Count).Select(i => runtime.SendMessageAsync<int>(
                new Numbers(i, i), Id("adder", $"{i % 50}"), "add", cancellationToken: Timeout).AsTask()),
        ];
        await half.Task;
        await host.KillAsync();

        (await Task.WhenAll(replies)).ShouldBe(Enumerable.Range(0, Count).Select(i => 2 * i));
        await host.ReadAsync(Replies, Count);
        measured.Of("ganglion.events.unclaimed").ShouldBeEmpty();
    }

    private static async Task<int> PartitionOfAsync(AgentTestHost host, CloudEvent reply)
    {
        TopicDescription topic = (await host.Broker.Topics.FindAsync(Replies, Timeout))!;
        reply.Type.ShouldBe("agent_replied");
        return topic.Partitions.Single(partition => partition.LatestOffset > 0).Partition;
    }

    [Agent("sleeper")]
    public sealed class Sleeper : Agent
    {
        [OnRequest("sleep")]
        public async Task SleepAsync(AgentContext context)
        {
            context.Publish("asleep", 1);
            try
            {
                await context.DelayAsync(TimeSpan.FromDays(1));
            }
            catch (RequestCancelledException)
            {
                context.Publish("woken", 1);
            }
        }
    }
}
