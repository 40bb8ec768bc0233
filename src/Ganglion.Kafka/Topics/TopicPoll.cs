using Microsoft.Extensions.Logging;

namespace Ganglion.Kafka.Topics;

/// <summary>
/// Looks at topics of the cluster every few seconds, beside whoever reads them, never twice at a time. A cluster that does not answer is looked
/// at again.
/// </summary>
internal sealed partial class TopicPoll : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly Func<CancellationToken, Task> _look;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer _timer;
    private int _isLooking;

    /// <param name="look">Looks once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs.</param>
    public TopicPoll(Func<CancellationToken, Task> look, TimeProvider time, ILogger logger)
    {
        _look = look;
        _logger = logger;
        _timer = time.CreateTimer(_ => _ = LookAsync(), null, Every, Every);
    }

    /// <summary>Something is missing that may come at any moment, or wrong.</summary>
    public void LookSoon() => _timer.Change(Soon, Every);

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
            await _look(_closing.Token).ConfigureAwait(false);
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
