using Ganglion.Kafka.Topics;
using Microsoft.Extensions.Logging;

namespace Ganglion.Kafka.Groups;

/// <summary>
/// Looks now and then whether the topics of a member have come, grown, gone, or come again as others. It does so beside the reading loop, which
/// is told only when there is something to do, and does not wait for a cluster that does not answer.
/// </summary>
internal sealed partial class TopicWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly ClusterTopics _topics;
    private readonly Action _changed;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer _timer;
    private volatile IReadOnlyDictionary<string, ClusterTopic> _seen = new Dictionary<string, ClusterTopic>();
    private volatile bool _mustTell;
    private int _isLooking;

    /// <param name="topics">Knows the topics.</param>
    /// <param name="changed">Told that they are not as they were.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs.</param>
    public TopicWatch(ClusterTopics topics, Action changed, TimeProvider time, ILogger logger)
    {
        _topics = topics;
        _changed = changed;
        _logger = logger;
        _timer = time.CreateTimer(_ => _ = LookAsync(), null, Every, Every);
    }

    /// <summary>The loop goes by these topics from now on.</summary>
    public void Follow(IReadOnlyDictionary<string, ClusterTopic> topics) => _seen = topics;

    /// <summary>Something is missing that may come at any moment.</summary>
    public void LookSoon() => _timer.Change(Soon, Every);

    /// <summary>Something is wrong with a topic: the loop is to look soon, whatever the cluster says.</summary>
    public void TellSoon()
    {
        _mustTell = true;
        LookSoon();
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
            IReadOnlyDictionary<string, ClusterTopic> seen = _seen;
            IReadOnlyDictionary<string, ClusterTopic> now = await _topics.FindAsync([.. seen.Keys], _closing.Token).ConfigureAwait(false);
            if (_mustTell || now.Any(topic => topic.Value != seen[topic.Key]))
            {
                _mustTell = false;
                _changed();
            }
            else if (now.Values.Any(topic => topic.Partitions == 0))
            {
                LookSoon();
            }
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

    [LoggerMessage(412, LogLevel.Debug, "The cluster does not tell which topics there are: {Reason}. It is asked again.")]
    private partial void LogFailed(string reason);
}
