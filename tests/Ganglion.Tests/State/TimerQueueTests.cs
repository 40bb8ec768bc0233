using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.State;

namespace Ganglion.Tests.State;

public sealed class TimerQueueTests
{
    private static readonly TopicPartition Partition = new("timers", 0);
    private readonly ManualTime _time = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_timer_that_cannot_be_read_holds_up_no_other_and_fires_once_it_can()
    {
        await using var broker = new HalfReadableBroker(EmbeddedBroker.CreateVolatile());
        await using (IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Cancelled))
        {
            await producer.AppendAsync(new ProducerRecord("timers", TimerCodec.Write("first", _time.GetUtcNow(), default)), Cancelled);
            await producer.AppendAsync(new ProducerRecord("timers", TimerCodec.Write("second", _time.GetUtcNow(), default)), Cancelled);
        }

        await using var timers = new TimerQueue(new PartitionReader(broker, Partition), _time);
        await timers.RestoreAsync(Cancelled);
        var fired = System.Threading.Channels.Channel.CreateUnbounded<string>();
        broker.IsFirstReadable = false;

        timers.Start(timer => fired.Writer.TryWrite(Encoding.UTF8.GetString(timer.Key!.Value.Span)));
        _time.Advance(TimeSpan.Zero);
        (await fired.Reader.ReadAsync(Cancelled)).ShouldBe("second");

        broker.IsFirstReadable = true;
        await _time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        (await fired.Reader.ReadAsync(Cancelled)).ShouldBe("first");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_timer_that_is_cancelled_while_it_cannot_be_read_never_fires()
    {
        await using var broker = new HalfReadableBroker(EmbeddedBroker.CreateVolatile());
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Cancelled);
        await AppendAsync(producer, "cancelled", _time.GetUtcNow());
        await AppendAsync(producer, "other", _time.GetUtcNow());
        await using var timers = new TimerQueue(new PartitionReader(broker, Partition), _time);
        await timers.RestoreAsync(Cancelled);
        var fired = System.Threading.Channels.Channel.CreateUnbounded<string>();
        broker.BeforeFirstFails = () => timers.Committed(TimerCodec.Tombstone("cancelled"), offset: 2);
        broker.IsFirstReadable = false;

        timers.Start(timer => fired.Writer.TryWrite(Encoding.UTF8.GetString(timer.Key!.Value.Span)));
        _time.Advance(TimeSpan.Zero);

        (await fired.Reader.ReadAsync(Cancelled)).ShouldBe("other");
        broker.IsFirstReadable = true;
        await FireAllAsync(timers, producer, fired.Reader);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_timer_that_is_set_anew_while_it_cannot_be_read_fires_at_its_new_time()
    {
        await using var broker = new HalfReadableBroker(EmbeddedBroker.CreateVolatile());
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Cancelled);
        await AppendAsync(producer, "moved", _time.GetUtcNow());
        await AppendAsync(producer, "other", _time.GetUtcNow());
        await using var timers = new TimerQueue(new PartitionReader(broker, Partition), _time);
        await timers.RestoreAsync(Cancelled);
        (Record later, long offset) = await AppendAsync(producer, "moved", _time.GetUtcNow() + TimeSpan.FromHours(1));
        var fired = System.Threading.Channels.Channel.CreateUnbounded<string>();
        broker.BeforeFirstFails = () => timers.Committed(later, offset);
        broker.IsFirstReadable = false;

        timers.Start(timer => fired.Writer.TryWrite(Encoding.UTF8.GetString(timer.Key!.Value.Span)));
        _time.Advance(TimeSpan.Zero);
        (await fired.Reader.ReadAsync(Cancelled)).ShouldBe("other");
        broker.IsFirstReadable = true;
        await FireAllAsync(timers, producer, fired.Reader);

        await _time.WhenTimerIsSetAsync(TimeSpan.FromHours(1));
        _time.Advance(TimeSpan.FromHours(1));
        (await fired.Reader.ReadAsync(Cancelled)).ShouldBe("moved");
    }

    // Lets everything fire that is due within two seconds: nothing but the timer that comes last.
    private async Task FireAllAsync(TimerQueue timers, IEventProducer producer, System.Threading.Channels.ChannelReader<string> fired)
    {
        (Record last, long offset) = await AppendAsync(producer, "last", _time.GetUtcNow() + TimeSpan.FromSeconds(2));
        timers.Committed(last, offset);
        await _time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(2));
        (await fired.ReadAsync(Cancelled)).ShouldBe("last");
    }

    private static async Task<(Record Record, long Offset)> AppendAsync(IEventProducer producer, string id, DateTimeOffset due)
    {
        Record timer = TimerCodec.Write(id, due, default);
        return (timer, (await producer.AppendAsync(new ProducerRecord("timers", timer), Cancelled)).Offset);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_timer_that_the_clock_jumps_over_fires_within_a_minute()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using TimerQueue timers = await QueueAsync(broker, TimeSpan.FromHours(12));
        var fired = new TaskCompletionSource();
        timers.Start(_ => fired.SetResult());

        _time.Set(TimeSpan.FromHours(12));
        _time.Advance(TimeSpan.FromMinutes(1));

        await fired.Task.WaitAsync(Cancelled);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_clock_that_is_set_back_lets_no_timer_fire_early()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using TimerQueue timers = await QueueAsync(broker, TimeSpan.FromSeconds(30));
        DateTimeOffset due = _time.GetUtcNow() + TimeSpan.FromSeconds(30);
        var fired = new TaskCompletionSource<DateTimeOffset>();
        timers.Start(_ => fired.SetResult(_time.GetUtcNow()));

        _time.Set(TimeSpan.FromSeconds(-20));
        _time.Advance(TimeSpan.FromSeconds(30));
        fired.Task.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(20));

        (await fired.Task.WaitAsync(Cancelled)).ShouldBe(due);
    }

    private async Task<TimerQueue> QueueAsync(EmbeddedBroker broker, TimeSpan delay)
    {
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Cancelled);
        await producer.AppendAsync(
            new ProducerRecord("timers", TimerCodec.Write("timer", _time.GetUtcNow() + delay, default)), Cancelled);
        var timers = new TimerQueue(new PartitionReader(broker, Partition), _time);
        await timers.RestoreAsync(Cancelled);
        return timers;
    }

    /// <summary>Its readers may fail at the first record, in a way that a broker should not.</summary>
    private sealed class HalfReadableBroker(EmbeddedBroker broker) : DelegatingBroker(broker)
    {
        public bool IsFirstReadable { get; set; } = true;

        public Action? BeforeFirstFails { get; set; }

        public override async ValueTask<IEventReader> CreateReaderAsync(ReaderOptions options, CancellationToken cancellationToken = default) =>
            new Reader(this, await base.CreateReaderAsync(options, cancellationToken));

        private sealed class Reader(HalfReadableBroker broker, IEventReader reader) : IEventReader
        {
            public ValueTask<ConsumedBatch> ReadAsync(CancellationToken cancellationToken = default)
            {
                if (reader.GetPosition(Partition) != 0 || broker.IsFirstReadable)
                {
                    return reader.ReadAsync(cancellationToken);
                }

                broker.BeforeFirstFails?.Invoke();
                throw new IOException("The disk stutters.");
            }

            public long GetPosition(TopicPartition partition) => reader.GetPosition(partition);

            public void Seek(TopicPartition partition, long offset) => reader.Seek(partition, offset);

            public ValueTask DisposeAsync() => reader.DisposeAsync();
        }
    }
}
