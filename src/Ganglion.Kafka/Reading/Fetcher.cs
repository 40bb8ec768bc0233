using System.Collections.Concurrent;
using Ganglion.Brokers;
using Ganglion.Kafka.Native;
using Microsoft.Extensions.Logging;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Reading;

/// <summary>
/// One native client that fetches partitions for many reading loops, on a thread of its own; each partition for one loop at a time.
/// All that concerns the client happens on the thread.
/// </summary>
internal sealed partial class Fetcher : IAsyncDisposable
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(1);

    private readonly Client.IConsumer<byte[]?, byte[]?> _consumer;
    private readonly RecordPoll _poll;
    private readonly ConsumerWaker _waker;
    private readonly ConcurrentDictionary<TopicPartition, FetchedPartition> _partitions = new();
    private readonly ConcurrentQueue<Action> _orders = new();

    // What the client fetches at present: all but those that are held back. The thread's own.
    private readonly HashSet<TopicPartition> _assigned = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _logger;
    private volatile bool _isStopping;

    public Fetcher(Client.IConsumer<byte[]?, byte[]?> consumer, ILogger logger)
    {
        _consumer = consumer;
        _poll = new RecordPoll(consumer);
        _waker = new ConsumerWaker(consumer);
        _logger = logger;
        new Thread(Run) { IsBackground = true, Name = "ganglion-kafka-fetcher" }.Start();
    }

    /// <summary>How many of its partitions are held back at present.</summary>
    public int HeldBack => _partitions.Values.Count(partition => partition.IsHeldBack);

    public IEnumerable<FetchedPartition> Partitions => _partitions.Values;

    /// <summary>Whether it fetches nothing.</summary>
    public bool IsIdle => _partitions.IsEmpty;

    /// <summary>Told on the fetcher's thread when it fetches nothing any more.</summary>
    public event Action<Fetcher>? Emptied;

    /// <summary>Takes a partition over, unless it fetches the same for somebody else.</summary>
    public bool TryTake(FetchedPartition partition)
    {
        if (!_partitions.TryAdd(partition.Id, partition))
        {
            return false;
        }

        partition.Attach(this);
        return true;
    }

    public void Start(FetchedPartition partition) => Order(() => Assign(partition));

    public void Stop(FetchedPartition partition) => Order(() =>
    {
        Unassign(partition);
        if (_partitions.TryRemove(KeyValuePair.Create(partition.Id, partition)) && _partitions.IsEmpty)
        {
            Emptied?.Invoke(this);
        }
    });

    /// <summary>Fetches from elsewhere. What was fetched before is not given to the partition any more.</summary>
    public void Restart(FetchedPartition partition) => Order(() =>
    {
        Unassign(partition);
        Assign(partition);
        partition.EndSeek();
    });

    /// <summary>Fetches again what was held back.</summary>
    public void Release(FetchedPartition partition) => Order(() => Assign(partition));

    /// <summary>Behind the newest record of a partition that the client has heard of; the cluster is not asked. For the fetcher's thread.</summary>
    public long FindEnd(TopicPartition partition) =>
        _consumer.GetWatermarkOffsets(new Client.TopicPartition(partition.Topic, partition.Partition))?.High.Value ?? 0;

    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        _waker.Wake();
        await _ended.Task.ConfigureAwait(false);
    }

    private void Order(Action order)
    {
        _orders.Enqueue(order);
        _waker.Wake();
    }

    private void Assign(FetchedPartition partition)
    {
        // It may have been stopped since the order was given.
        if (_partitions.GetValueOrDefault(partition.Id) == partition && _assigned.Add(partition.Id))
        {
            try
            {
                _consumer.IncrementalAssign([new Client.TopicPartitionOffset(IdOf(partition), partition.NextToFetch)]);
            }
            catch (Client.KafkaException exception)
            {
                _assigned.Remove(partition.Id);
                partition.Fail(KafkaErrors.ToException(exception, $"'{partition.Id}'"));
            }
        }
    }

    private void Unassign(FetchedPartition partition)
    {
        // Somebody else may have the partition by now.
        if (_partitions.GetValueOrDefault(partition.Id) == partition && _assigned.Remove(partition.Id))
        {
            try
            {
                _consumer.IncrementalUnassign([IdOf(partition)]);
            }
            catch (Client.KafkaException exception)
            {
                partition.Fail(KafkaErrors.ToException(exception, $"'{partition.Id}'"));
            }
        }
    }

    private void Run()
    {
        while (!_isStopping)
        {
            try
            {
                while (_orders.TryDequeue(out Action? order))
                {
                    order();
                }

                if (_poll.TryPoll(LongestPoll, out PolledRecord polled))
                {
                    Take(polled);
                }
            }
            catch (Exception exception)
            {
                LogBroken(exception);
            }
        }

        _waker.Dispose();
        _consumer.Dispose();
        foreach (FetchedPartition partition in _partitions.Values)
        {
            partition.Fail(new ObjectDisposedException(nameof(KafkaBroker)));
        }

        _ended.SetResult();
    }

    private void Take(in PolledRecord polled)
    {
        if (polled.Error is { Code: not Client.ErrorCode.Local_PartitionEOF } error)
        {
            Fail(error, polled.Topic);
            return;
        }

        var id = new TopicPartition(polled.Topic!, polled.Partition);
        if (!_partitions.TryGetValue(id, out FetchedPartition? partition))
        {
            return;
        }

        if (polled.Error is not null)
        {
            partition.ReachEnd(polled.Offset);
        }
        else if (partition.Put(polled.Offset, polled.Record, FetchedPartition.SizeOf(polled.Record)))
        {
            // Rather than to pause it: the client would remember that, and where, for whoever has the partition next.
            Unassign(partition);
        }
    }

    // The client goes on by itself. Whether what it does not find is gone, is for FetchWatch to say: it goes by a single answer of a broker.
    private void Fail(Client.Error error, string? topic)
    {
        if (error.Code is Client.ErrorCode.TopicAuthorizationFailed or Client.ErrorCode.GroupAuthorizationFailed)
        {
            foreach (FetchedPartition partition in _partitions.Values.Where(partition => topic is null || partition.Id.Topic == topic))
            {
                partition.Fail(KafkaErrors.ToException(error, $"'{partition.Id}'"));
            }
        }
        else
        {
            LogFailing(error.Reason, topic ?? "all topics");
        }
    }

    private static Client.TopicPartition IdOf(FetchedPartition partition) => new(partition.Id.Topic, partition.Id.Partition);

    [LoggerMessage(400, LogLevel.Error, "A fetcher of the cluster's records has failed; it goes on.")]
    private partial void LogBroken(Exception exception);

    [LoggerMessage(401, LogLevel.Warning, "Records of {Topic} cannot be fetched now: {Reason}. It is tried again.")]
    private partial void LogFailing(string reason, string topic);
}
