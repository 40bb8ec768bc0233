using System.Collections.Concurrent;

namespace Ganglion.Brokers.Embedded.Reading;

/// <summary>
/// The partitions of one reading loop that have something to read, in the order of their turns. Waiting costs nothing: an append
/// puts the partition's cursor into the queue and wakes the loop.
/// </summary>
internal sealed class ReadQueue
{
    private readonly ConcurrentQueue<LogCursor> _ready = new();
    private readonly AsyncSignal _signal = new();

    /// <summary>Gives a cursor its turn behind all others.</summary>
    public void Append(LogCursor cursor) => _ready.Enqueue(cursor);

    /// <summary>Lets the loop look again.</summary>
    public void Wake() => _signal.Set();

    /// <summary>Waits until there is something to look at.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken) => _signal.WaitAsync(cancellationToken);

    /// <summary>Reads the partition whose turn it is.</summary>
    /// <returns>Its records; null if no partition has any now.</returns>
    public async ValueTask<ConsumedBatch?> TryReadAsync(int maxBytes, CancellationToken cancellationToken)
    {
        while (_ready.TryDequeue(out LogCursor? cursor))
        {
            try
            {
                if (await cursor.TryReadAsync(maxBytes, cancellationToken).ConfigureAwait(false) is { } batch)
                {
                    return batch;
                }
            }
            finally
            {
                cursor.EndTurn();
            }
        }

        return null;
    }
}
