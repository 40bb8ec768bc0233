using System.Globalization;
using System.Text;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Hosting;
using Ganglion.Routes;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Routing;

/// <summary>Agents that read all channels whose names begin alike, where some of these have routes.</summary>
public sealed class PrefixSubscriptionTests
{
    private static readonly AgentType Reader = new("reader");

    public sealed record Word(int Number);

    [Agent("reader")]
    public sealed class Listener : Agent, IHandle<Word>
    {
        public ValueTask HandleAsync(Word message, MessageContext context)
        {
            context.Agent.Publish("heard", string.Create(CultureInfo.InvariantCulture, $"{context.Topic!.Value.Type} {message.Number}"));
            return default;
        }
    }

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    [Fact(Timeout = 60_000)]
    public async Task A_channel_is_read_once_while_it_gets_a_route_and_copies_are_not_read()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Listener>());
        await PublishAsync(host, "notes", 0);
        await SubscribeAsync(host, "note");
        await PublishAsync(host, "notes", 1);
        await HeardAsync(host, 1);

        await ChangeAsync(host, (await FindAsync(host, "notes")).Insert(Mirror("notes.copies")));
        await PublishAsync(host, "notes", 2);
        await host.ReadAsync("notes.copies", 1);
        await PublishAsync(host, "notes", 3);
        await WhenReadAsync(host, "notes", "notes.cleaned");

        (await HeardAsync(host, 3)).ShouldBe(["notes 1", "notes 2", "notes 3"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_topic_that_becomes_the_entry_of_another_channel_is_read_up_to_there_and_the_channel_from_there_on()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Listener>());
        await PublishAsync(host, "chat.raw", 0);
        await SubscribeAsync(host, "chat");
        await PublishAsync(host, "chat.raw", 1);
        await HeardAsync(host, 1);

        await ChangeAsync(host, new Route { Channel = "chat", Entry = "chat.raw", Exit = "chat.final", Stages = [Mirror("chat.copies")] });
        await PublishAsync(host, "chat", 2);
        await host.ReadAsync("chat.copies", 1);
        await PublishAsync(host, "chat.raw", 3);
        await WhenReadAsync(host, "chat.raw", "chat.final");

        (await HeardAsync(host, 3)).ShouldBe(["chat.raw 1", "chat 2", "chat 3"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_waits_for_a_decision_or_was_stopped_is_nobodys_by_its_beginning()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Listener>());
        await ChangeAsync(host, new Route { Channel = "chat", Entry = "chat.raw", Exit = "chat.final" });
        await ChangeAsync(host, new Route { Channel = "money", Entry = "money", Exit = "money.final", Stages = [Divert("chat.queries.pending_approval")] });
        foreach (string topic in (string[])["chat.flagged", "chat.pending_approval", "chat.approved", "chat.other"])
        {
            await host.Broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = 8 }, Timeout);
        }

        await PublishAsync(host, "chat", 1);
        await host.ReadAsync("chat.final", 1);
        await SubscribeAsync(host, "chat");
        await WhenReadAsync(host, "chat.final", "chat.other", "chat.raw");
        await PublishAsync(host, "chat", 2);

        (await HeardAsync(host, 1)).ShouldBe(["chat 2"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_reads_an_entry_by_its_own_name_goes_on_reading_it()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(
            ganglion => ganglion.AddAgent("watcher", agent => agent.On<Word>("chat.raw", (word, context) => context.Publish("heard", $"raw {word.Number}"))));
        IEventPublisher publisher = host.Publisher;
        await publisher.PublishAsync("chat.raw", new Word(1), "k", Timeout);
        await HeardAsync(host, 1);

        await ChangeAsync(host, new Route { Channel = "chat", Entry = "chat.raw", Exit = "chat.final", Stages = [Mirror("chat.copies")] });
        await publisher.PublishAsync("chat", new Word(2), "k", Timeout);

        (await HeardAsync(host, 2)).ShouldBe(["raw 1", "raw 2"]);
    }

    private static Stage Mirror(string to) => new("copy", "mirror") { Settings = JsonSerializer.SerializeToElement(new { to }) };

    private static Stage Divert(string to) => new("hold", "divert") { Settings = JsonSerializer.SerializeToElement(new { to }) };

    private static async Task SubscribeAsync(AgentTestHost host, string prefix) =>
        await host.Host.Services.GetRequiredService<IAgentRuntime>().AddSubscriptionAsync(new TypePrefixSubscription(prefix, Reader), Timeout);

    private static async Task PublishAsync(AgentTestHost host, string channel, int number) =>
        await host.Host.Services.GetRequiredService<IAgentRuntime>().PublishMessageAsync(new Word(number), new TopicId(channel, "k"), Timeout);

    private static async Task<Route> FindAsync(AgentTestHost host, string channel) =>
        await host.Host.Services.GetRequiredService<RouteTable>().FindAsync(channel, Timeout);

    private static async Task ChangeAsync(AgentTestHost host, Route route) =>
        await host.Host.Services.GetRequiredService<RouteTable>().ChangeAsync(route, cancellationToken: Timeout);

    private static async Task<List<string>> HeardAsync(AgentTestHost host, int count) =>
        [.. (await host.ReadAsync("heard", count)).Select(heard => Encoding.UTF8.GetString(heard.Data!.Value.Span).Trim('"'))];

    private static async Task WhenReadAsync(AgentTestHost host, params string[] topics)
    {
        string[] wanted = [.. topics.Append("reader.inbox").Order(StringComparer.Ordinal)];
        while (await host.Broker.Groups.FindAsync("reader", Timeout) is not { State: ConsumerGroupState.Stable } group
            || !group.Members.Single().Assignment.Select(partition => partition.Topic).Distinct().Order(StringComparer.Ordinal).SequenceEqual(wanted))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
        }
    }
}
