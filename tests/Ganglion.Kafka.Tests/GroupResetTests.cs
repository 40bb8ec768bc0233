using System.Threading.Channels;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Hosting;
using Ganglion.Kafka.Tests.Conformance;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests;

/// <summary>An operator moves the offsets of an agent's group, or deletes it.</summary>
public sealed class GroupResetTests
{
    private readonly Channel<string> _handled = Channel.CreateUnbounded<string>();
    private readonly string _agent = $"noter.{Guid.NewGuid():N}";
    private readonly string _channel = $"notes.{Guid.NewGuid():N}";

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_group_whose_agents_work_is_neither_moved_nor_deleted_and_they_go_on()
    {
        using IHost host = await StartAsync();
        await PublishAsync(host, "a");
        (await HandledAsync(1)).ShouldBe(["a 1"]);
        IConsumerGroupAdministration groups = host.Services.GetRequiredService<IEventBroker>().Groups;

        ConsumerGroupException moved = await Should.ThrowAsync<ConsumerGroupException>(async () => await groups.ResetAsync(_agent, await BeginningAsync(host), Timeout));
        ConsumerGroupException deleted = await Should.ThrowAsync<ConsumerGroupException>(async () => await groups.DeleteAsync(_agent, Timeout));

        (moved.Code, deleted.Code).ShouldBe(("group-not-empty", "group-not-empty"));
        await PublishAsync(host, "b");
        (await HandledAsync(1)).ShouldBe(["b 2"]);
        await host.StopAsync(Timeout);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Agents_whose_group_was_moved_or_deleted_while_they_were_stopped_handle_again_what_lies_behind(bool isDeleted)
    {
        using IHost first = await StartAsync();
        await PublishAsync(first, "a");
        await PublishAsync(first, "b");
        (await HandledAsync(2)).ShouldBe(["a 1", "b 2"]);
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> beginning = await BeginningAsync(first);
        await first.StopAsync(Timeout);

        await using KafkaBroker broker = KafkaBroker.Open(Options);
        await (isDeleted ? broker.Groups.DeleteAsync(_agent, Timeout) : broker.Groups.ResetAsync(_agent, beginning, Timeout));
        using IHost second = await StartAsync();

        // What they remember is not of the group: it stays.
        (await HandledAsync(2)).ShouldBe(["a 3", "b 4"]);
        await PublishAsync(second, "c");
        (await HandledAsync(1)).ShouldBe(["c 5"]);
        await second.StopAsync(Timeout);
    }

    // As where the newest records of a topic were lost, or it was deleted and created again while they were committed.
    [Fact(Timeout = 120_000)]
    public async Task Agents_whose_group_stands_behind_the_end_of_a_topic_handle_all_that_lies_in_it()
    {
        using IHost first = await StartAsync();
        await PublishAsync(first, "a");
        (await HandledAsync(1)).ShouldBe(["a 1"]);
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> beginning = await BeginningAsync(first);
        await first.StopAsync(Timeout);

        await using KafkaBroker broker = KafkaBroker.Open(Options);
        await broker.Groups.ResetAsync(_agent, beginning.ToDictionary(one => one.Key, _ => new OffsetAndMetadata(50)), Timeout);
        using IHost second = await StartAsync();
        await PublishAsync(second, "b");

        // None of it is taken for one of those before the place at which the group stood.
        (await HandledAsync(2)).ShouldBe(["a 2", "b 3"]);
        await second.StopAsync(Timeout);
    }

    private static KafkaBrokerOptions Options => new() { BootstrapServers = TestCluster.BootstrapServers };

    private async Task<IHost> StartAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion.UseKafka(Options).AddAgent(_agent, agent => agent.On(
            _channel,
            (string note, AgentContext context) =>
            {
                int count = context.GetState<int>() + 1;
                context.SetState(count);
                _handled.Writer.TryWrite($"{note} {count}");
            })));
        IHost host = builder.Build();
        await host.StartAsync(Timeout);
        return host;
    }

    private async Task PublishAsync(IHost host, string note) =>
        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(_channel, note, key: "k", cancellationToken: Timeout);

    private async Task<Dictionary<TopicPartition, OffsetAndMetadata>> BeginningAsync(IHost host)
    {
        TopicDescription topic = (await host.Services.GetRequiredService<IEventBroker>().Topics.FindAsync(_channel, Timeout))!;
        return topic.Partitions.ToDictionary(one => new TopicPartition(_channel, one.Partition), _ => new OffsetAndMetadata(0));
    }

    private async Task<List<string>> HandledAsync(int count)
    {
        var handled = new List<string>();
        while (handled.Count < count)
        {
            handled.Add(await _handled.Reader.ReadAsync(Timeout));
        }

        return handled;
    }
}
