using Ganglion.Brokers;
using Ganglion.Kafka.Tests.Connecting;
using Ganglion.Kafka.Tests.Requests;
using Microsoft.Extensions.Logging;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace Ganglion.Kafka.Tests.Topics;

/// <summary>Topics of a cluster whose controller moves, whose brokers do not know everything yet, and which does not tell everybody everything.</summary>
public sealed class TopicAdministrationTests : IAsyncLifetime
{
    private readonly LineLog _log = new();
    private RefusingCluster _cluster = null!;
    private KafkaBroker _broker = null!;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await RefusingCluster.StartAsync();
        _broker = KafkaBroker.Open(new KafkaBrokerOptions
        {
            BootstrapServers = _cluster.BootstrapServers,
            LoggerFactory = LoggerFactory.Create(logging => logging.AddProvider(_log)),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_topic_is_created_though_the_controller_moves()
    {
        _cluster.RefuseNext(RefusingCluster.CreateTopics, "orders", (short)ErrorCode.NotController, (short)ErrorCode.ThrottlingQuotaExceeded);

        TopicDescription created = await _broker.Topics.CreateAsync("orders", new TopicSettings { Partitions = 3 }, Timeout);

        created.Partitions.Count.ShouldBe(3);
        _cluster.CountOf(RefusingCluster.CreateTopics).ShouldBe(3);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_topic_is_created_though_the_answer_is_lost()
    {
        _cluster.RefuseNext(RefusingCluster.CreateTopics, "orders", RefusingCluster.Lost);

        (await _broker.Topics.CreateAsync("orders", new TopicSettings { Partitions = 3 }, Timeout)).Partitions.Count.ShouldBe(3);

        _cluster.CountOf(RefusingCluster.CreateTopics).ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_created_topic_is_told_when_the_brokers_know_of_it()
    {
        _cluster.RefuseNext(RefusingCluster.CreateTopics, "orders", RefusingCluster.Nothing);
        Task<TopicDescription> creating = _broker.Topics.CreateAsync("orders", cancellationToken: Timeout).AsTask();
        await WhenAskedAsync(RefusingCluster.CreateTopics);

        await _cluster.Embedded.Topics.CreateAsync("orders", new TopicSettings { Partitions = 5 }, Timeout);

        (await creating).Partitions.Count.ShouldBe(5);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_topic_is_deleted_though_the_answer_is_lost_and_the_controller_moves()
    {
        await _broker.Topics.CreateAsync("orders", cancellationToken: Timeout);
        _cluster.RefuseNext(RefusingCluster.DeleteTopics, "orders", (short)ErrorCode.NotController, RefusingCluster.Lost);

        await _broker.Topics.DeleteAsync("orders", Timeout);

        _cluster.CountOf(RefusingCluster.DeleteTopics).ShouldBe(3);
        (await _cluster.Embedded.Topics.FindAsync("orders", Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_deletion_ends_when_the_brokers_do_not_know_of_the_topic_any_more()
    {
        await _broker.Topics.CreateAsync("orders", cancellationToken: Timeout);
        _cluster.RefuseNext(RefusingCluster.DeleteTopics, "orders", RefusingCluster.Nothing);
        Task deleting = _broker.Topics.DeleteAsync("orders", Timeout).AsTask();
        await WhenAskedAsync(RefusingCluster.DeleteTopics);
        await _broker.Topics.FindAsync("orders", Timeout);

        deleting.IsCompleted.ShouldBeFalse();
        await _cluster.Embedded.Topics.DeleteAsync("orders", Timeout);

        await deleting;
        (await _broker.Topics.FindAsync("orders", Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_deletion_does_not_wait_for_the_topic_that_is_created_in_its_place()
    {
        await _broker.Topics.CreateAsync("orders", cancellationToken: Timeout);
        _cluster.RefuseNext(RefusingCluster.DeleteTopics, "orders", RefusingCluster.Nothing);
        Task deleting = _broker.Topics.DeleteAsync("orders", Timeout).AsTask();
        await WhenAskedAsync(RefusingCluster.DeleteTopics);

        await _cluster.Embedded.Topics.DeleteAsync("orders", Timeout);
        await _cluster.Embedded.Topics.CreateAsync("orders", cancellationToken: Timeout);

        await deleting;
    }

    [Theory(Timeout = 60_000)]
    [InlineData(RefusingCluster.ListOffsets)]
    [InlineData(RefusingCluster.DescribeConfigs)]
    public async Task A_topic_that_is_deleted_while_all_are_described_is_left_out(short apiKey)
    {
        await _broker.Topics.CreateAsync("kept", cancellationToken: Timeout);
        await _broker.Topics.CreateAsync("gone", cancellationToken: Timeout);
        _cluster.DoBefore(apiKey, async () => await _cluster.Embedded.Topics.DeleteAsync("gone", Timeout));

        (await _broker.Topics.ListAsync(Timeout)).Where(topic => !topic.IsInternal).Select(topic => topic.Name).ShouldBe(["kept"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(ErrorCode.TopicAuthorizationFailed)]
    [InlineData(ErrorCode.ClusterAuthorizationFailed)]
    public async Task Settings_that_the_user_may_not_see_are_shown_as_the_defaults_and_a_warning_says_so_once(ErrorCode refusal)
    {
        await _broker.Topics.CreateAsync("orders", new TopicSettings { Retention = TimeSpan.FromHours(5) }, Timeout);
        _cluster.RefuseNext(RefusingCluster.DescribeConfigs, "orders", (short)refusal, (short)refusal);

        (await _broker.Topics.FindAsync("orders", Timeout))!.Settings.Retention.ShouldBe(TimeSpan.FromDays(7));
        await _broker.Topics.FindAsync("orders", Timeout);

        _log.Lines.Count(line => line.Contains("The cluster does not tell how topics are set up", StringComparison.Ordinal)).ShouldBe(1);
        (await _broker.Topics.FindAsync("orders", Timeout))!.Settings.Retention.ShouldBe(TimeSpan.FromHours(5));
    }

    [Fact(Timeout = 60_000)]
    public async Task Settings_that_could_not_be_asked_for_are_not_made_up()
    {
        await _broker.Topics.CreateAsync("orders", cancellationToken: Timeout);
        _cluster.RefuseNext(RefusingCluster.DescribeConfigs, "orders", (short)ErrorCode.Unknown);

        (await Should.ThrowAsync<KafkaException>(async () => await _broker.Topics.FindAsync("orders", Timeout))).Code.ShouldBe("kafka-failed");
    }

    [Fact(Timeout = 60_000)]
    public async Task Settings_are_asked_for_again_while_brokers_come_and_go()
    {
        await _broker.Topics.CreateAsync("orders", new TopicSettings { Retention = TimeSpan.FromHours(5) }, Timeout);
        _cluster.RefuseNext(RefusingCluster.DescribeConfigs, "orders", (short)ErrorCode.RequestTimedOut);

        (await _broker.Topics.FindAsync("orders", Timeout))!.Settings.Retention.ShouldBe(TimeSpan.FromHours(5));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_group_is_deleted_though_the_answer_is_lost_and_the_coordinator_moves()
    {
        await _broker.Topics.CreateAsync("orders", cancellationToken: Timeout);
        await _broker.Groups.ResetAsync("readers", new Dictionary<TopicPartition, OffsetAndMetadata> { [new("orders", 0)] = new(0) }, Timeout);
        _cluster.RefuseNext(RefusingCluster.DeleteGroups, "readers", (short)ErrorCode.NotCoordinatorForGroup, RefusingCluster.Lost);

        await _broker.Groups.DeleteAsync("readers", Timeout);

        (await _cluster.Embedded.Groups.FindAsync("readers", Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_group_has_committed_for_a_topic_that_is_deleted_meanwhile_is_left_out()
    {
        await _broker.Topics.CreateAsync("kept", cancellationToken: Timeout);
        await _broker.Topics.CreateAsync("gone", cancellationToken: Timeout);
        await _broker.Groups.ResetAsync(
            "readers", new Dictionary<TopicPartition, OffsetAndMetadata> { [new("gone", 0)] = new(0), [new("kept", 0)] = new(0) }, Timeout);
        _cluster.DoBefore(RefusingCluster.ListOffsets, async () => await _cluster.Embedded.Topics.DeleteAsync("gone", Timeout));

        ConsumerGroupDescription group = (await _broker.Groups.FindAsync("readers", Timeout)).ShouldNotBeNull();

        group.Offsets.ShouldHaveSingleItem().Partition.Topic.ShouldBe("kept");
    }

    private async Task WhenAskedAsync(short apiKey)
    {
        while (_cluster.CountOf(apiKey) == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Timeout);
        }
    }
}
