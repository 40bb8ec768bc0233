using System.Threading.Channels;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Hosting;
using Ganglion.Kafka.Tests.Conformance;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests;

/// <summary>Somebody deletes a topic that an agent has of its own.</summary>
public sealed class DeletedOwnTopicTests
{
    private const int Partitions = 2;

    private readonly Channel<string> _handled = Channel.CreateUnbounded<string>();
    private readonly string _agent = $"noter.{Guid.NewGuid():N}";
    private readonly string _channel = $"notes.{Guid.NewGuid():N}";

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    // A transaction is over before the native client believes that a topic is gone. A member that begins again may be waited for as long as a session.
    private static KafkaBrokerOptions Options => new()
    {
        BootstrapServers = TestCluster.BootstrapServers,
        TransactionTimeout = TimeSpan.FromSeconds(3),
        Consumer = new KafkaConsumerOptions { SessionTimeout = TimeSpan.FromSeconds(6), HeartbeatInterval = TimeSpan.FromSeconds(1) },
    };

    [Theory(Timeout = 120_000)]
    [InlineData("inbox", CleanupPolicy.Delete)]
    [InlineData("state", CleanupPolicy.Compact)]
    public async Task It_is_created_anew_as_the_agent_needs_it_and_the_agent_goes_on(string name, CleanupPolicy cleanup)
    {
        using IHost host = await StartAsync();
        await PublishAsync(host, "a");
        (await _handled.Reader.ReadAsync(Timeout)).ShouldBe("a");
        await using KafkaBroker broker = KafkaBroker.Open(Options);
        await WhenCommittedAsync(broker, 1);

        await broker.Topics.DeleteAsync($"{_agent}.{name}", Timeout);
        await PublishAsync(host, "b");
        TopicDescription? created = null;
        while (created is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), Timeout);
            created = await broker.Topics.FindAsync($"{_agent}.{name}", Timeout);
        }

        created.Partitions.Count.ShouldBe(Partitions);
        created.Settings.Cleanup.ShouldBe(cleanup);
        await PublishAsync(host, "c");
        await WhenCommittedAsync(broker, 3);
        await host.StopAsync(Timeout);
    }

    private async Task<IHost> StartAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion.UseKafka(Options).AddAgent(
            _agent,
            agent => agent.On(_channel, (string note, AgentContext context) =>
            {
                context.SetState(note);
                _handled.Writer.TryWrite(note);
            }),
            options => options.Partitions = Partitions));
        IHost host = builder.Build();
        await host.StartAsync(Timeout);
        return host;
    }

    private async Task PublishAsync(IHost host, string note) =>
        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(_channel, note, key: "k", cancellationToken: Timeout);

    private async Task WhenCommittedAsync(KafkaBroker broker, int count)
    {
        while ((await broker.Groups.FindAsync(_agent, Timeout))?.Offsets.Where(offset => offset.Partition.Topic == _channel).Sum(offset => offset.Committed.Offset) != count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), Timeout);
        }
    }
}
