using Ganglion.Brokers.Embedded.Topics;
using Microsoft.Extensions.Logging;

namespace Ganglion.Brokers.Embedded;

/// <summary>Applies retention and compaction to all partitions from time to time, and keeps what they know of producers.</summary>
internal sealed partial class LogCleaner : IAsyncDisposable
{
    // As on Kafka (producer.id.expiration.ms).
    private static readonly TimeSpan ProducerExpiry = TimeSpan.FromDays(1);

    private readonly TopicCatalog _topics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    public LogCleaner(TopicCatalog topics, EmbeddedBrokerOptions options)
    {
        _topics = topics;
        _time = options.TimeProvider;
        _logger = options.LoggerFactory.CreateLogger<LogCleaner>();
        _loop = RunAsync(options.CleanupInterval);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync(TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval, _time);
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
        {
            foreach (Topic topic in _topics.All)
            {
                foreach (Partition partition in topic.Partitions)
                {
                    await CleanAsync(topic, partition).ConfigureAwait(false);
                }
            }
        }
    }

    private async ValueTask CleanAsync(Topic topic, Partition partition)
    {
        try
        {
            long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            await partition.Log.CleanAsync(topic.Settings, now, _stopping.Token).ConfigureAwait(false);
            partition.SaveProducers(lastHeard: now - (long)ProducerExpiry.TotalMilliseconds);
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            // Whatever it is, the other partitions are to be cleaned.
            if (!topic.IsDeleted)
            {
                LogCleaningFailed(partition.Id, exception);
            }
        }
    }

    [LoggerMessage(1001, LogLevel.Warning, "Cleaning {Partition} failed; it is tried again later. Its records stay readable.")]
    private partial void LogCleaningFailed(TopicPartition partition, Exception exception);
}
