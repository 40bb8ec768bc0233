using Ganglion.Brokers;
using Ganglion.Kafka.Topics;
using Microsoft.Extensions.Logging;

namespace Ganglion.Kafka.Reading;

/// <summary>
/// Looks now and then whether the topics that are fetched are still there, and still the same: of one that was deleted the native client just
/// waits for records.
/// </summary>
internal sealed partial class FetchWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly FetcherPool _fetchers;
    private readonly ClusterTopics _topics;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer _timer;

    // A broker that has just started may not know all topics: it is believed the second time.
    private HashSet<string> _missing = [];
    private int _isLooking;

    public FetchWatch(FetcherPool fetchers, ClusterTopics topics, TimeProvider time, ILogger logger)
    {
        _fetchers = fetchers;
        _topics = topics;
        _logger = logger;
        _timer = time.CreateTimer(_ => _ = LookAsync(), null, Every, Every);
    }

    public void Dispose()
    {
        _closing.Cancel();
        _timer.Dispose();
    }

    private async Task LookAsync()
    {
        if (Interlocked.Exchange(ref _isLooking, 1) != 0)
        {
            return;
        }

        try
        {
            FetchedPartition[] fetched = _fetchers.Partitions;
            IReadOnlyDictionary<string, ClusterTopic> topics =
                await _topics.FindAsync([.. fetched.Select(partition => partition.Id.Topic).Distinct()], _closing.Token).ConfigureAwait(false);
            HashSet<string> missing = [.. topics.Where(topic => topic.Value.Partitions == 0).Select(topic => topic.Key)];
            foreach (FetchedPartition partition in fetched)
            {
                if (!missing.Contains(partition.Id.Topic))
                {
                    partition.Follow(topics[partition.Id.Topic].Id);
                }
                else if (_missing.Contains(partition.Id.Topic))
                {
                    partition.Fail(new TopicException("topic-not-found", $"Topic '{partition.Id.Topic}' does not exist any more: it was deleted."));
                }
            }

            _missing = missing;
        }
        catch (Exception exception) when (exception is GanglionException or OperationCanceledException or ObjectDisposedException)
        {
            LogFailed(exception.Message);
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }

    [LoggerMessage(402, LogLevel.Debug, "The cluster does not tell which topics there are: {Reason}. It is asked again.")]
    private partial void LogFailed(string reason);
}
