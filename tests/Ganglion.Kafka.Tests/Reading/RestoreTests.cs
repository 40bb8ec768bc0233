using Ganglion.Brokers;
using Ganglion.Hosting;
using Ganglion.Kafka.Tests.Conformance;
using Ganglion.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests.Reading;

/// <summary>What an agent remembers takes its time to be read: here as long as another producer's transaction holds it back.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    // What a cluster allows a member at least, by default: group.min.session.timeout.ms.
    private static readonly TimeSpan MaxPollInterval = TimeSpan.FromSeconds(6);

    private readonly string _name = $"restored.{Guid.NewGuid():N}";
    private readonly HastyBroker _broker = new(KafkaBroker.Open(new KafkaBrokerOptions { BootstrapServers = TestCluster.BootstrapServers }));

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact(Timeout = 120_000)]
    public async Task A_restore_that_takes_longer_than_a_member_may_be_away_costs_no_partition()
    {
        string words = $"words.{_name}";
        string state = $"{_name}.state";
        string other = $"other.{_name}";
        foreach (string topic in new[] { words, other })
        {
            await _broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = 1 }, Timeout);
        }

        await _broker.Topics.CreateAsync(state, new TopicSettings { Partitions = 1, Cleanup = CleanupPolicy.Compact }, Timeout);
        using ForeignTransaction open = await ForeignTransaction.BeginAsync(new TopicPartition(state, 0), TimeSpan.FromSeconds(60));
        var handled = new TaskCompletionSource<string>();
        using IHost host = await StartAsync(words, handled);
        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(words, "word", key: "key", cancellationToken: Timeout);
        string member = await WhenMemberAsync(_name);

        // A member that does not read at all, for comparison: when the group has given it up, so much time has gone by.
        await WhenGivenUpAsync(other);
        handled.Task.IsCompleted.ShouldBeFalse();
        open.Commit();

        (await handled.Task.WaitAsync(Timeout)).ShouldBe("word");
        (await WhenMemberAsync(_name)).ShouldBe(member);
        await host.StopAsync(Timeout);
    }

    private async Task<IHost> StartAsync(string words, TaskCompletionSource<string> handled)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion.UseBroker(_broker).AddAgent(
            _name, agent => agent.On<string>(words, (word, _) => handled.TrySetResult(word)), options => options.Partitions = 1));
        IHost host = builder.Build();
        await host.StartAsync(Timeout);
        return host;
    }

    private async Task WhenGivenUpAsync(string topic)
    {
        await using IEventConsumer silent = await _broker.CreateConsumerAsync(new ConsumerOptions { GroupId = topic, Topics = [topic] }, Timeout);
        using var reading = new CancellationTokenSource();
        Task read = silent.ReadAsync(reading.Token).AsTask();
        await WhenMemberAsync(topic);
        await reading.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(read);
        while ((await _broker.Groups.FindAsync(topic, Timeout))?.Members.Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Timeout);
        }
    }

    private async Task<string> WhenMemberAsync(string group)
    {
        while (true)
        {
            if (await _broker.Groups.FindAsync(group, Timeout) is { State: ConsumerGroupState.Stable, Members: [{ Assignment.Count: > 0 } member] })
            {
                return member.MemberId;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), Timeout);
        }
    }

    /// <summary>Gives up members that do not read as early as a cluster allows.</summary>
    private sealed class HastyBroker(KafkaBroker broker) : DelegatingBroker(broker)
    {
        public override ValueTask<IEventConsumer> CreateConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken = default) =>
            base.CreateConsumerAsync(
                options with { SessionTimeout = MaxPollInterval, HeartbeatInterval = MaxPollInterval / 6, MaxPollInterval = MaxPollInterval }, cancellationToken);
    }
}
