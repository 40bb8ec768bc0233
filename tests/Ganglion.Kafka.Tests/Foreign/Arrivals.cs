using Ganglion.Brokers;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>What comes to some topics, for those who wait for it.</summary>
internal sealed class Arrivals : IAsyncDisposable
{
    private readonly IEventReader _reader;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Arrival> _all = [];
    private readonly Task _reading;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Arrivals(IEventReader reader)
    {
        _reader = reader;
        _reading = ReadAsync();
    }

    /// <summary>Reads topics from their beginning.</summary>
    public static async Task<Arrivals> OpenAsync(IEventBroker broker, int partitions, params string[] topics) => new(await broker.CreateReaderAsync(
        new ReaderOptions
        {
            From = topics
                .SelectMany(topic => Enumerable.Range(0, partitions), (topic, partition) => new TopicPartition(topic, partition))
                .ToDictionary(partition => partition, _ => OffsetPosition.Earliest),
        }));

    /// <summary>Waits until such a record has come.</summary>
    public async Task<Arrival> WaitAsync(Func<Arrival, bool> which)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_all.FirstOrDefault(which) is { } found)
                {
                    return found;
                }

                more = _more.Task;
            }

            await more.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        await _reader.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                ConsumedBatch batch = await _reader.ReadAsync(_stop.Token);
                lock (_lock)
                {
                    _all.AddRange(batch.Records.Select(record => new Arrival(batch.Partition.Topic, record.Record)));
                    _more.SetResult();
                    _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }
}
