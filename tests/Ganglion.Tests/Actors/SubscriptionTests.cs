using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Hosting;
using Ganglion.Tests.Runtime;
using Ganglion.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Actors;

/// <summary>Messages published to topics, and who handles them.</summary>
public sealed class SubscriptionTests
{
    private static readonly AgentType Reader = new("reader");

    public sealed record Word(string Text);

    public sealed record Number(int Value);

    [Agent("reader")]
    public sealed class Listener : Agent, IHandle<Word>
    {
        public ValueTask HandleAsync(Word message, MessageContext context)
        {
            context.Agent.Publish("heard", $"{context.Topic} {context.Agent.Self.Key} {message.Text} {context.IsRpc}");
            return default;
        }
    }

    [Agent("subscriber")]
    [TypeSubscription("always")]
    public sealed class Subscriber : Agent, IHandle<Word>
    {
        public ValueTask HandleAsync(Word message, MessageContext context)
        {
            context.Agent.PublishMessage(new Word(message.Text + "!"), new TopicId("louder", context.Topic!.Value.Source));
            return default;
        }
    }

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    private static IAgentRuntime RuntimeOf(IHost host) => host.Services.GetRequiredService<IAgentRuntime>();

    [Fact(Timeout = 60_000)]
    public async Task A_message_is_handled_by_the_instance_whose_key_is_the_source_of_its_topic()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Listener>().AddAgent<Subscriber>());
        IAgentRuntime runtime = RuntimeOf(host.Host);
        await runtime.AddSubscriptionAsync(new TypeSubscription("words", Reader), Timeout);
        await runtime.AddSubscriptionAsync(new TypeSubscription("louder", Reader), Timeout);

        await runtime.PublishMessageAsync(new Word("a"), new TopicId("words", "s/1 ü"), Timeout);
        await runtime.PublishMessageAsync(new Word("b"), new TopicId("words", ""), Timeout);
        await runtime.PublishMessageAsync(new Word("c"), new TopicId("always", "s"), Timeout);

        (await TextsAsync(host, 3)).Order().ShouldBe(["louder/s s c! False", "words/  b False", "words/s/1 ü s/1 ü a False"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_published_before_the_subscription_is_not_handled_and_everything_after_it_is()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Listener>());
        IAgentRuntime runtime = RuntimeOf(host.Host);
        await PublishAsync(runtime, "words", "before");

        await runtime.AddSubscriptionAsync(new TypeSubscription("words", Reader), Timeout);
        await PublishAsync(runtime, "words", "after");
        (await TextsAsync(host, 1)).ShouldBe(["words/k k after False"]);

        await runtime.RemoveSubscriptionAsync(new TypeSubscription("words", Reader), Timeout);
        await WhenReadAsync(host, "words", isRead: false);
        await PublishAsync(runtime, "words", "between");
        (await runtime.ListSubscriptionsAsync(Timeout)).ShouldBeEmpty();

        await runtime.AddSubscriptionAsync(new TypeSubscription("words", Reader), Timeout);
        (await runtime.ListSubscriptionsAsync(Timeout)).ShouldBe([new TypeSubscription("words", Reader)]);
        await PublishAsync(runtime, "words", "again");
        (await TextsAsync(host, 2)).ShouldBe(["words/k k after False", "words/k k again False"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_prefix_stands_for_topics_that_are_there_and_that_come_but_not_for_those_of_agents()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Listener>());
        IAgentRuntime runtime = RuntimeOf(host.Host);
        await PublishAsync(runtime, "words.old", "before");
        await PublishAsync(runtime, "words.old.dlq", "parked");
        await runtime.AddSubscriptionAsync(new TypePrefixSubscription("words.", Reader), Timeout);

        await PublishAsync(runtime, "words.old", "old");
        await PublishAsync(runtime, "words.new", "new");
        await PublishAsync(runtime, "others", "others");

        (await TextsAsync(host, 2)).Order().ShouldBe(["words.new/k k new False", "words.old/k k old False"]);
        ConsumerGroupDescription group = (await host.Broker.Groups.FindAsync("reader", Timeout))!;
        group.Members.Single().Assignment.Select(partition => partition.Topic).Distinct().Order()
            .ShouldBe(["reader.inbox", "words.new", "words.old"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_message_of_a_type_that_the_agent_does_not_handle_is_passed_over()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Listener>());
        IAgentRuntime runtime = RuntimeOf(host.Host);
        using var measured = new Measurements("messaging.destination.name", "mixed");
        await runtime.AddSubscriptionAsync(new TypeSubscription("mixed", Reader), Timeout);

        await runtime.PublishMessageAsync(new Number(1), new TopicId("mixed", "k"), Timeout);
        await PublishAsync(runtime, "mixed", "b");

        (await TextsAsync(host, 1)).ShouldBe(["mixed/k k b False"]);
        measured.Of("ganglion.events.unhandled").Sum(one => one.Value).ShouldBe(1);
        (await host.Broker.Topics.FindAsync("mixed.dlq", Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task All_hosts_of_an_agent_follow_its_subscriptions_also_one_that_starts_later()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent<Listener>());
        IHost asking = await host.RunAsync(_ => { });
        IAgentRuntime runtime = RuntimeOf(asking);
        await runtime.AddSubscriptionAsync(new TypeSubscription("words", Reader), Timeout);
        await host.RunAsync(ganglion => ganglion.AddAgent<Listener>());
        await host.WhenMembersAsync("reader", 2);

        foreach (int i in Enumerable.Range(0, 40))
        {
            await runtime.PublishMessageAsync(new Word($"{i}"), new TopicId("words", $"{i}"), Timeout);
        }

        (await TextsAsync(host, 40)).Distinct().Count().ShouldBe(40);
        ConsumerGroupDescription group = (await host.Broker.Groups.FindAsync("reader", Timeout))!;
        group.Members.ShouldAllBe(member => member.Assignment.Any(partition => partition.Topic == "words"));
    }

    [Fact(Timeout = 60_000)]
    public async Task When_a_subscription_is_removed_what_was_taken_up_is_finished_and_the_agent_goes_on_with_the_rest()
    {
        var begun = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion =>
        {
            ganglion.Services.AddSingleton(new Gate(begun, goOn));
            ganglion.AddAgent<Slow>();
        });
        IAgentRuntime runtime = RuntimeOf(host.Host);
        await runtime.AddSubscriptionAsync(new TypeSubscription("words", new AgentType("slow")), Timeout);
        await PublishAsync(runtime, "words", "first");
        await begun.Task;

        await runtime.RemoveSubscriptionAsync(new TypeSubscription("words", new AgentType("slow")), Timeout);
        goOn.SetResult();
        await WhenReadAsync(host, "words", isRead: false, agent: "slow");
        await PublishAsync(runtime, "words", "second");
        await runtime.SendMessageAsync(new Word("third"), new AgentId(new AgentType("slow"), "k"), cancellationToken: Timeout);

        // The state tells what has been handled, one after the other, by one instance.
        (await TextsAsync(host, 2)).ShouldBe(["first 1", "third 2"]);
        ConsumerGroupDescription group = (await host.Broker.Groups.FindAsync("slow", Timeout))!;
        group.Offsets.Where(offset => offset.Partition.Topic == "words").Sum(offset => offset.Committed.Offset).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task When_a_subscription_is_removed_whose_handler_hangs_the_agent_goes_on_as_if_that_had_not_begun()
    {
        var begun = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion =>
        {
            ganglion.Services.AddSingleton(new Gate(begun, goOn));
            ganglion.AddAgent<Slow>(options => options.DrainTimeout = TimeSpan.FromMilliseconds(50));
        });
        IAgentRuntime runtime = RuntimeOf(host.Host);
        await runtime.AddSubscriptionAsync(new TypeSubscription("words", new AgentType("slow")), Timeout);

        // Whoever publishes first would create the topic with one partition, and its events would be forwarded to the inbox.
        await WhenReadAsync(host, "words", isRead: true, agent: "slow");
        await PublishAsync(runtime, "words", "first");
        await begun.Task.WaitAsync(Timeout);

        await runtime.RemoveSubscriptionAsync(new TypeSubscription("words", new AgentType("slow")), Timeout);
        await WhenReadAsync(host, "words", isRead: false, agent: "slow");
        while (host.StatusOf("slow") is { Restarts: 0 } or { IsWorking: false })
        {
            // Until its patience is at an end: a handler that returned before would be committed.
            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
        }

        goOn.SetResult();
        await runtime.SendMessageAsync(new Word("second"), new AgentId(new AgentType("slow"), "k"), cancellationToken: Timeout);

        (await TextsAsync(host, 1)).ShouldBe(["second 1"]);
    }

    [Fact(Timeout = 120_000)]
    public async Task While_other_subscriptions_come_and_go_every_message_is_handled_once_by_hosts_that_come_and_go()
    {
        await using var host = new AgentTestHost();
        IAgentRuntime runtime = RuntimeOf(await host.RunAsync(_ => { }));
        await host.RunAsync(ganglion => ganglion.AddAgent<Listener>());
        await runtime.AddSubscriptionAsync(new TypeSubscription("words", Reader), Timeout);

        for (int round = 0; round < 10; round++)
        {
            var other = new TypeSubscription($"other-{round % 3}", Reader);
            await runtime.AddSubscriptionAsync(other, Timeout);
            Task publishing = Task.WhenAll(Enumerable.Range(0, 50).Select(i => runtime.PublishMessageAsync(
                new Word($"{i}"), new TopicId("words", $"{round}/{i}"), Timeout).AsTask()));
            await runtime.PublishMessageAsync(new Word("x"), new TopicId(other.TopicType, $"{round}"), Timeout);
            if (round % 3 == 1)
            {
                await host.RunAsync(ganglion => ganglion.AddAgent<Listener>());
            }
            else if (round % 3 == 2)
            {
                await host.KillAsync();
            }

            await publishing;
            await runtime.RemoveSubscriptionAsync(other, Timeout);
        }

        List<string> heard = [];
        int count = 500;
        while (heard.Count < 500)
        {
            heard = [.. (await TextsAsync(host, count++)).Where(text => text.StartsWith("words/", StringComparison.Ordinal))];
        }

        heard.Distinct().Count().ShouldBe(500);
    }

    internal sealed record Gate(TaskCompletionSource Begun, TaskCompletionSource GoOn);

    [Agent("slow")]
    internal sealed class Slow(Gate gate) : Agent, IHandle<Word>
    {
        public async ValueTask HandleAsync(Word message, MessageContext context)
        {
            gate.Begun.TrySetResult();
            await gate.GoOn.Task;
            int count = context.Agent.GetState<int>() + 1;
            context.Agent.SetState(count);
            context.Agent.Publish("heard", $"{message.Text} {count}");
        }
    }

    private static async Task PublishAsync(IAgentRuntime runtime, string topic, string text) =>
        await runtime.PublishMessageAsync(new Word(text), new TopicId(topic, "k"), Timeout);

    private static async Task<List<string>> TextsAsync(AgentTestHost host, int count) =>
        [.. (await host.ReadAsync("heard", count)).Select(heard => Encoding.UTF8.GetString(heard.Data!.Value.Span).Trim('"'))];

    private static async Task WhenReadAsync(AgentTestHost host, string topic, bool isRead, string agent = "reader")
    {
        while (await host.Broker.Groups.FindAsync(agent, Timeout) is not { State: ConsumerGroupState.Stable } group
            || group.Members.Any(member => member.Assignment.Any(partition => partition.Topic == topic)) != isRead)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
        }
    }
}
