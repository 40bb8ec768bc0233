using System.Threading.Channels;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Hosting;
using Ganglion.Kafka.Tests.Conformance;
using Ganglion.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests;

/// <summary>Hosts that have one name by mistake.</summary>
public sealed class InstanceIdTests
{
    private readonly Channel<string> _handled = Channel.CreateUnbounded<string>();
    private readonly string _agent = $"noter.{Guid.NewGuid():N}";
    private readonly string _channel = $"notes.{Guid.NewGuid():N}";

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Of_two_hosts_with_one_instance_id_the_earlier_stops_and_the_later_works()
    {
        using IHost earlier = CreateHost("earlier");
        await earlier.StartAsync(Timeout);
        await PublishAsync(earlier, "a");
        (await _handled.Reader.ReadAsync(Timeout)).ShouldBe("earlier a");
        IHostApplicationLifetime lifetime = earlier.Services.GetRequiredService<IHostApplicationLifetime>();
        var stopping = new TaskCompletionSource();
        using CancellationTokenRegistration _ = lifetime.ApplicationStopping.Register(stopping.SetResult);

        using IHost later = CreateHost("later");
        await later.StartAsync(Timeout);
        await stopping.Task.WaitAsync(Timeout);

        SupervisorStatus root = earlier.Services.GetRequiredService<ISupervisorStatuses>().List().Single(one => one.Name == SupervisorOptions.Root);
        root.IsWorking.ShouldBeFalse();
        root.Reason!.ShouldContain("Ganglion:Kafka:Consumer:InstanceId");
        await earlier.StopAsync(Timeout);
        await PublishAsync(later, "b");
        string handled = await _handled.Reader.ReadAsync(Timeout);
        if (handled == "later a")
        {
            // The earlier lost its place before it had committed.
            handled = await _handled.Reader.ReadAsync(Timeout);
        }

        handled.ShouldBe("later b");
        await later.StopAsync(Timeout);
    }

    [Fact(Timeout = 120_000)]
    public async Task Two_members_of_a_group_in_one_process_do_not_take_each_others_place()
    {
        await using KafkaBroker broker = KafkaBroker.Open(Options);
        await broker.Topics.CreateAsync(_channel, new TopicSettings { Partitions = 2 }, Timeout);
        var options = new ConsumerOptions { GroupId = _agent, Topics = [_channel] };
        await using Member first = await Member.StartAsync(broker, options);
        await first.WhenOwnsAsync(2);

        await using (Member second = await Member.StartAsync(broker, options))
        {
            await second.WhenOwnsAsync(1);
            await first.WhenOwnsAsync(1);
        }

        await first.WhenOwnsAsync(2);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_commit_of_a_member_that_has_left_is_refused_although_its_place_is_kept()
    {
        await using KafkaBroker broker = KafkaBroker.Open(Options);
        await broker.Topics.CreateAsync(_channel, cancellationToken: Timeout);
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        Member member = await Member.StartAsync(broker, new ConsumerOptions { GroupId = _agent, Topics = [_channel] });
        await member.WhenOwnsAsync(1);
        await member.DisposeAsync();

        FencedException fenced = await Should.ThrowAsync<FencedException>(async () => await producer.CommitAsync(
            new AtomicCommit { Group = member.Consumer.Group, Offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [new(_channel, 0)] = new(0) } }, Timeout));

        fenced.Code.ShouldBe("member-fenced");
        fenced.Message.ShouldContain("has left");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_process_that_is_back_under_its_instance_id_has_its_partitions_again_and_the_others_notice_nothing()
    {
        await using KafkaBroker one = KafkaBroker.Open(Options);
        await using KafkaBroker two = KafkaBroker.Open(Options with { Consumer = Options.Consumer with { InstanceId = "pod-2" } });
        await one.Topics.CreateAsync(_channel, new TopicSettings { Partitions = 4 }, Timeout);
        var options = new ConsumerOptions { GroupId = _agent, Topics = [_channel] };
        await using Member stays = await Member.StartAsync(two, options);
        TopicPartition[] had;
        int generation;
        await using (Member leaves = await Member.StartAsync(one, options))
        {
            await leaves.WhenOwnsAsync(2);
            await stays.WhenOwnsAsync(2);
            had = [.. leaves.Consumer.Assignment.Order()];
            generation = leaves.Consumer.Group.Generation;
        }

        int revoked = stays.Revoked.Count;
        await using Member returns = await Member.StartAsync(one, options);
        await returns.WhenOwnsAsync(2);

        returns.Consumer.Assignment.Order().ShouldBe(had);
        returns.Consumer.Group.Generation.ShouldBe(generation);
        stays.Consumer.Group.Generation.ShouldBe(generation);
        (stays.Revoked.Count, stays.Lost.Count).ShouldBe((revoked, 0));
    }

    private static KafkaBrokerOptions Options => new()
    {
        BootstrapServers = TestCluster.BootstrapServers,
        Consumer = new KafkaConsumerOptions { InstanceId = "pod-1", HeartbeatInterval = TimeSpan.FromMilliseconds(500) },
    };

    private IHost CreateHost(string name)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion
            .UseKafka(Options)
            .AddAgent(_agent, agent => agent.On(_channel, (string note, AgentContext _) =>
            {
                _handled.Writer.TryWrite($"{name} {note}");
            })));
        return builder.Build();
    }

    private async Task PublishAsync(IHost host, string note) =>
        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(_channel, note, key: "k", cancellationToken: Timeout);
}
