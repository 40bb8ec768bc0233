using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Embedded.Reading;

public sealed class EmbeddedConsumerTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private EmbeddedBroker _broker = null!;
    private IEventProducer _producer = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { TimeProvider = _time });
        _producer = await _broker.CreateProducerAsync(cancellationToken: Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _producer.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task A_loop_that_waits_within_a_read_is_alive()
    {
        await using IEventConsumer consumer = await JoinAsync();
        Task<ConsumedBatch> waiting = consumer.ReadAsync(Cancellation).AsTask();

        _time.Advance(TimeSpan.FromHours(1));
        await AppendAsync("x");

        (await waiting).Records.Count.ShouldBe(1);
        await consumer.CommitAsync(Offsets(1), Cancellation);
    }

    [Fact]
    public async Task A_loop_that_stays_away_for_too_long_is_given_up()
    {
        await AppendAsync("x");
        await using IEventConsumer consumer = await JoinAsync();
        await consumer.ReadAsync(Cancellation);

        _time.Advance(TimeSpan.FromMinutes(4));
        await consumer.CommitAsync(Offsets(1), Cancellation);
        _time.Advance(TimeSpan.FromMinutes(2));

        await Should.ThrowAsync<FencedException>(async () => await consumer.CommitAsync(Offsets(1), Cancellation));
    }

    [Fact]
    public async Task A_loop_that_comes_back_too_late_reads_on_from_what_was_committed()
    {
        await AppendAsync("a");
        await AppendAsync("b");
        await using IEventConsumer consumer = await JoinAsync();
        await consumer.ReadAsync(Cancellation);
        await consumer.CommitAsync(Offsets(1), Cancellation);
        ConsumerGroupMetadata before = consumer.Group;

        _time.Advance(TimeSpan.FromMinutes(6));
        ConsumedBatch batch = await consumer.ReadAsync(Cancellation);

        batch.Records[0].Offset.ShouldBe(1);
        consumer.Group.MemberId.ShouldNotBe(before.MemberId);
        await consumer.CommitAsync(Offsets(2), Cancellation);
    }

    [Fact]
    public async Task A_listener_that_takes_too_long_loses_the_partition_to_the_next()
    {
        var asked = new TaskCompletionSource();
        var finished = new TaskCompletionSource();
        await _broker.Topics.CreateAsync("t", new TopicSettings { Partitions = 2 }, Cancellation);
        await _producer.AppendAsync(new ProducerRecord("t", new Record(null, null), 0), Cancellation);
        await using IEventConsumer slow = await JoinAsync(new Listener
        {
            RevokedAsync = async () =>
            {
                asked.SetResult();
                await finished.Task;
            },
        });
        await slow.ReadAsync(Cancellation);
        await using IEventConsumer next = await JoinAsync();
        Task<ConsumedBatch> revoking = slow.ReadAsync(Cancellation).AsTask();
        await asked.Task;

        Task<ConsumedBatch> taking = next.ReadAsync(Cancellation).AsTask();
        _time.Advance(TimeSpan.FromMinutes(6));

        (await taking).Records.Count.ShouldBe(1);
        next.Assignment.Count.ShouldBe(2);
        finished.SetResult();
        await next.DisposeAsync();
        await revoking;
    }

    [Fact]
    public async Task Disposing_ends_a_read_that_is_under_way()
    {
        IEventConsumer consumer = await JoinAsync();
        Task<ConsumedBatch> waiting = consumer.ReadAsync(Cancellation).AsTask();

        await consumer.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(waiting);
        (await _broker.Groups.ListAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Closing_the_broker_ends_the_reads_of_its_consumers_and_readers()
    {
        await AppendAsync("x");
        IEventConsumer consumer = await JoinAsync();
        await consumer.ReadAsync(Cancellation);
        Task<ConsumedBatch> consuming = consumer.ReadAsync(Cancellation).AsTask();
        IEventReader reader = await _broker.CreateReaderAsync(
            new ReaderOptions
            {
                From = new Dictionary<TopicPartition, OffsetPosition> { [new("t", 0)] = OffsetPosition.Latest },
            },
            Cancellation);
        Task<ConsumedBatch> reading = reader.ReadAsync(Cancellation).AsTask();

        await _broker.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(consuming);
        await Should.ThrowAsync<ObjectDisposedException>(reading);
    }

    [Fact]
    public async Task A_listener_that_refuses_partitions_is_asked_again_before_their_records_come()
    {
        await AppendAsync("x");
        var listener = new Listener { Assigned = Once() };
        await using IEventConsumer consumer = await JoinAsync(listener);

        await Should.ThrowAsync<InvalidOperationException>(async () => await consumer.ReadAsync(Cancellation));
        consumer.Assignment.ShouldBeEmpty();

        (await consumer.ReadAsync(Cancellation)).Records.Count.ShouldBe(1);
        listener.Assignments.ShouldBe(2);
    }

    [Fact]
    public async Task A_listener_may_seek_in_what_it_is_given()
    {
        await AppendAsync("a");
        await AppendAsync("b");
        var listener = new Listener();
        await using IEventConsumer consumer = await JoinAsync(listener);
        listener.Assigned = () => consumer.Seek(new("t", 0), 1);

        (await consumer.ReadAsync(Cancellation)).Records[0].Offset.ShouldBe(1);
    }

    [Fact]
    public async Task A_listener_that_throws_about_what_goes_does_not_hide_what_comes()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile(new EmbeddedBrokerOptions { AutoCreateTopics = false });
        await broker.Topics.CreateAsync("t", new TopicSettings { Partitions = 2 }, Cancellation);
        await broker.AppendAsync("x".To("t"));
        await using IEventConsumer consumer = await broker.CreateConsumerAsync(
            Options("t", "late") with { RebalanceListener = new Listener { Revoked = Throw } }, Cancellation);
        await consumer.ReadAsync(Cancellation);
        await using IEventConsumer other = await broker.CreateConsumerAsync(Options("t"), Cancellation);
        await broker.Topics.CreateAsync("late", cancellationToken: Cancellation);
        await broker.AppendAsync("y".To("late"));

        await Should.ThrowAsync<InvalidOperationException>(async () => await consumer.ReadAsync(Cancellation));

        (await ReadSoonAsync(consumer)).Partition.Topic.ShouldBe("late");
    }

    [Fact]
    public async Task A_listener_that_throws_about_what_is_gone_does_not_hold_the_others_up()
    {
        await _broker.Topics.CreateAsync("t", new TopicSettings { Partitions = 2 }, Cancellation);
        await _broker.AppendAsync("x".To("t", 0), "y".To("t", 1));
        await using IEventConsumer consumer = await _broker.CreateConsumerAsync(
            Options("t", "gone") with { RebalanceListener = new Listener { Lost = Throw } }, Cancellation);
        await consumer.ReadAsync(Cancellation);
        await using IEventConsumer other = await _broker.CreateConsumerAsync(Options("t"), Cancellation);
        await _broker.Topics.DeleteAsync("gone", Cancellation);

        await Should.ThrowAsync<InvalidOperationException>(async () => await consumer.ReadAsync(Cancellation));

        (await ReadSoonAsync(other)).Records.Count.ShouldBe(1);
    }

    [Fact]
    public async Task All_faults_of_the_options_are_told_at_once()
    {
        var options = new ConsumerOptions { GroupId = "", Topics = [], MaxBytes = 0, HeartbeatInterval = TimeSpan.FromSeconds(20) };

        ArgumentException refusal = await Should.ThrowAsync<ArgumentException>(
            async () => await _broker.CreateConsumerAsync(options, Cancellation));

        refusal.Message.ShouldContain(nameof(options.GroupId));
        refusal.Message.ShouldContain(nameof(options.Topics));
        refusal.Message.ShouldContain(nameof(options.MaxBytes));
        refusal.Message.ShouldContain(nameof(options.HeartbeatInterval));
    }

    private ValueTask<IEventConsumer> JoinAsync(IRebalanceListener? listener = null) =>
        _broker.CreateConsumerAsync(Options("t") with { RebalanceListener = listener }, Cancellation);

    private static ConsumerOptions Options(params string[] topics) => new() { GroupId = "g", Topics = topics, MaxBytes = 1 };

    private static Task<ConsumedBatch> ReadSoonAsync(IEventConsumer consumer) =>
        consumer.ReadAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

    private ValueTask<TopicPartitionOffset> AppendAsync(string value) =>
        _producer.AppendAsync(new ProducerRecord("t", new Record(null, System.Text.Encoding.UTF8.GetBytes(value))), Cancellation);

    private static Dictionary<TopicPartition, OffsetAndMetadata> Offsets(long offset) => new() { [new("t", 0)] = new(offset) };

    private static void Throw() => throw new InvalidOperationException("no");

    private static Action Once()
    {
        bool hasThrown = false;
        return () =>
        {
            if (!hasThrown)
            {
                hasThrown = true;
                Throw();
            }
        };
    }

    private sealed class Listener : IRebalanceListener
    {
        public Action? Assigned { get; set; }

        public Action? Revoked { get; init; }

        public Func<Task>? RevokedAsync { get; init; }

        public Action? Lost { get; init; }

        public int Assignments { get; private set; }

        public ValueTask OnAssignedAsync(
            IReadOnlyDictionary<TopicPartition, OffsetAndMetadata?> partitions, CancellationToken cancellationToken)
        {
            Assignments++;
            Assigned?.Invoke();
            return ValueTask.CompletedTask;
        }

        public async ValueTask OnRevokedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
        {
            Revoked?.Invoke();
            await (RevokedAsync?.Invoke() ?? Task.CompletedTask);
        }

        public ValueTask OnLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
        {
            Lost?.Invoke();
            return ValueTask.CompletedTask;
        }
    }
}
