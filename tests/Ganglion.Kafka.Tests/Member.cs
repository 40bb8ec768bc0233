using System.Collections.Concurrent;
using System.Text;
using Ganglion.Brokers;

namespace Ganglion.Kafka.Tests;

/// <summary>A member that reads until it is disposed of.</summary>
internal sealed class Member : IRebalanceListener, IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _reading = Task.CompletedTask;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public IEventConsumer Consumer { get; private set; } = null!;

    public ConcurrentQueue<string> Values { get; } = new();

    public ConcurrentQueue<TopicPartition> Revoked { get; } = new();

    public ConcurrentQueue<TopicPartition> Lost { get; } = new();

    public ConcurrentDictionary<TopicPartition, OffsetAndMetadata?> Committed { get; } = new();

    public static async Task<Member> StartAsync(KafkaBroker broker, ConsumerOptions options)
    {
        var member = new Member();
        member.Consumer = await broker.CreateConsumerAsync(options with { RebalanceListener = member }, Timeout);
        member._reading = Task.Run(member.ReadAsync, Timeout);
        return member;
    }

    /// <summary>Fails when its reading does.</summary>
    public Task Reading => _reading;

    public Task WhenOwnsAsync(int count) => WhenAsync(member => member.Consumer.Assignment.Count == count);

    public async Task WhenAsync(Func<Member, bool> holds)
    {
        while (!holds(this))
        {
            if (_reading.IsFaulted)
            {
                await _reading;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), Timeout);
        }
    }

    public ValueTask OnAssignedAsync(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata?> partitions, CancellationToken cancellationToken)
    {
        foreach ((TopicPartition partition, OffsetAndMetadata? committed) in partitions)
        {
            Committed[partition] = committed;
        }

        return default;
    }

    public ValueTask OnRevokedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        foreach (TopicPartition partition in partitions)
        {
            Revoked.Enqueue(partition);
        }

        return default;
    }

    public ValueTask OnLostAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        foreach (TopicPartition partition in partitions)
        {
            Lost.Enqueue(partition);
        }

        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _reading.ContinueWith(_ => { }, TaskScheduler.Default);
        await Consumer.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            foreach (ConsumedRecord record in (await Consumer.ReadAsync(_stopping.Token)).Records)
            {
                Values.Enqueue(Encoding.UTF8.GetString(record.Record.Value!.Value.Span));
            }
        }
    }
}
