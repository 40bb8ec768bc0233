using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Brokers.Embedded.Reading;

/// <summary>
/// A position in the log of one partition that moves forward as it is read. It stands in its <see cref="ReadQueue"/> while there is
/// something to read, and nowhere while there is not.
/// </summary>
internal sealed class LogCursor
{
    private readonly Partition _partition;
    private readonly ReadQueue _queue;
    private long _position;
    private bool _queued;
    private volatile bool _paused;
    private volatile bool _closed;

    public LogCursor(Partition partition, long position, ReadQueue queue)
    {
        _partition = partition;
        _position = position;
        _queue = queue;
        partition.Appended += Offer;
        Offer();
    }

    /// <summary>The next offset to read.</summary>
    public long Position => Volatile.Read(ref _position);

    private bool HasMore =>
        !_closed && !_paused && (Position < _partition.LastStableOffset || _partition.Topic.IsDeleted);

    /// <summary>Goes on elsewhere; what a read that is under way brings is dropped.</summary>
    public void Seek(long offset)
    {
        Volatile.Write(ref _position, offset);
        Offer();
    }

    /// <summary>Stays where it is until <see cref="Resume"/>; what a read that is under way brings is read again then.</summary>
    public void Pause() => _paused = true;

    public void Resume()
    {
        _paused = false;
        Offer();
    }

    /// <summary>Reads no more.</summary>
    public void Close()
    {
        _closed = true;
        _partition.Appended -= Offer;
    }

    /// <summary>Reads what comes next and moves behind it.</summary>
    /// <returns>The records; null if there is nothing to deliver.</returns>
    public async ValueTask<ConsumedBatch?> TryReadAsync(int maxBytes, CancellationToken cancellationToken)
    {
        long position = Position;
        if (!HasMore)
        {
            return null;
        }

        ConsumedBatch batch;
        try
        {
            batch = await _partition.ReadAsync(position, maxBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (CorruptLogException damage)
        {
            // Told once; what lies behind the damage stays readable.
            Interlocked.CompareExchange(ref _position, damage.NextOffset, position);
            throw;
        }

        bool delivers = batch.NextOffset > position && !_paused && !_closed
            && Interlocked.CompareExchange(ref _position, batch.NextOffset, position) == position;
        return delivers ? batch : null;
    }

    /// <summary>Called by the queue after a turn: back to its end if there is more, so that the others come first.</summary>
    public void EndTurn()
    {
        // The queue's flag is cleared before the end of the log is looked at; an append moves the end before it looks at the flag.
        // With a full fence in between on both sides one of the two always sees the other.
        Interlocked.Exchange(ref _queued, false);
        if (HasMore && !Interlocked.Exchange(ref _queued, true))
        {
            _queue.Append(this);
        }
    }

    // Called for every append: costs one read while the cursor waits for its turn anyway.
    private void Offer()
    {
        Interlocked.MemoryBarrier();
        if (!Volatile.Read(ref _queued) && HasMore && !Interlocked.Exchange(ref _queued, true))
        {
            _queue.Append(this);
            _queue.Wake();
        }
    }
}
