using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Requests;

/// <summary>
/// Asks a cluster about itself, or to change: again, if it cannot answer now but may in a moment, as when leaders, coordinators or the
/// controller move. All that it is asked for may take as long as one request.
/// </summary>
/// <param name="options">How long a request may take.</param>
/// <param name="released">Cancelled before the client is released, which does not answer any more then.</param>
internal sealed class ClusterRequests(KafkaBrokerOptions options, CancellationToken released = default)
{
    // As Kafka's own clients do: retry.backoff.ms, retry.backoff.max.ms.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    // A broker that has stopped without closing its connections answers nothing: after half of the time another one is asked.
    private TimeSpan LongestAttempt => options.RequestTimeout / 2;

    /// <summary>Asks until the answer is final.</summary>
    /// <param name="ask">Asks once, within the time that it is given.</param>
    /// <param name="about">The topic or the group, in quotes, or what else it is about.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GanglionException">The cluster has refused, or was not able to until the time was over.</exception>
    /// <exception cref="ObjectDisposedException">The client was released meanwhile.</exception>
    public async Task<T> AskAsync<T>(Func<TimeSpan, Task<T>> ask, string about, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, released);
        try
        {
            return await AskOnAsync(ask, about, waiting.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (released.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException("The broker on Kafka was disposed of before the cluster had answered.", exception);
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
    }

    /// <summary>As <see cref="AskAsync"/>, for a change.</summary>
    /// <param name="change">Asks for it once, within the time that it is given.</param>
    /// <param name="made">What the cluster says where it is made already: a request that nobody has answered may have made it.</param>
    /// <param name="about">The topic or the group, in quotes, or what else it is about.</param>
    /// <param name="cancellationToken">Gives up; it may be made nevertheless.</param>
    public async Task ChangeAsync(Func<TimeSpan, Task> change, Client.ErrorCode made, string about, CancellationToken cancellationToken)
    {
        bool mayBeMade = false;
        await AskAsync(
            async timeout =>
            {
                try
                {
                    await change(timeout).ConfigureAwait(false);
                }
                catch (Client.KafkaException exception) when (mayBeMade && RequestError.Of(exception).Code == made)
                {
                    // By the request that nobody has answered.
                }
                catch (Client.KafkaException exception)
                {
                    mayBeMade |= KafkaErrors.IsUnanswered(RequestError.Of(exception));
                    throw;
                }

                return true;
            },
            about,
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> AskOnAsync<T>(Func<TimeSpan, Task<T>> ask, string about, CancellationToken cancellationToken)
    {
        long began = options.TimeProvider.GetTimestamp();
        TimeSpan pause = FirstPause;
        while (true)
        {
            TimeSpan left = options.RequestTimeout - options.TimeProvider.GetElapsedTime(began);
            try
            {
                return await AskOnceAsync(() => ask(left < LongestAttempt ? left : LongestAttempt), about, cancellationToken).ConfigureAwait(false);
            }
            catch (KafkaException exception) when (
                KafkaErrors.MayPass(exception) && pause < options.RequestTimeout - options.TimeProvider.GetElapsedTime(began))
            {
                await Task.Delay(pause, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }

            pause = pause < LongestPause / 2 ? pause * 2 : LongestPause;
        }
    }

    private static async Task<T> AskOnceAsync<T>(Func<Task<T>> ask, string about, CancellationToken cancellationToken)
    {
        try
        {
            return await ask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Client.KafkaException exception)
        {
            throw KafkaErrors.ToException(RequestError.Of(exception), about, exception);
        }
    }
}
