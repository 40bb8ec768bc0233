using Ganglion.Brokers;
using Ganglion.Routes;
using Ganglion.State;

namespace Ganglion.Runtime.Inputs;

/// <summary>
/// A partition of a topic that the agent reads: what has been read of it and not yet taken up, where it stands, and which events
/// it has seen.
/// </summary>
/// <param name="id">The topic and the partition.</param>
/// <param name="channel">The channel whose handler gets the events; <see langword="null"/> in the inbox, where each event says.</param>
/// <param name="agentPartition">The agent's partition of the same number; <see langword="null"/> where the topic has another number of them.</param>
/// <param name="offsets">Where it stands.</param>
/// <param name="seen">Which events it has seen.</param>
/// <param name="consumer">Told to pause while records wait to be taken up.</param>
/// <param name="inFlight">Counts what is taken up until it is committed, or the partition is gone.</param>
/// <param name="end">From this offset on nothing is taken up: a route leads elsewhere.</param>
internal sealed class InputPartition(
    TopicPartition id,
    string? channel,
    AgentPartition? agentPartition,
    OffsetTracker offsets,
    SeenEvents seen,
    IEventConsumer consumer,
    BytesInFlight inFlight,
    long end = long.MaxValue)
{
    private readonly Lock _lock = new();
    private readonly Queue<ConsumedBatch> _batches = new();
    private int _nextInBatch;
    private long _bytes;
    private bool _isPaused;
    private int _pumps;
    private long _end = end;
    private (RouteMarker Marker, long Offset)? _marker;
    private bool _isMarkerTaken = true;
    private long _passed = -1;
    private long _movedOn;
    private TaskCompletionSource? _closed;

    public TopicPartition Id { get; } = id;

    public string? Channel { get; } = channel;

    public AgentPartition? AgentPartition { get; } = agentPartition;

    /// <summary>Touched by the one who takes records up, only.</summary>
    public SeenEvents Seen { get; } = seen;

    /// <summary>The partition from which the channel was read before, which has ended; <see langword="null"/>: there is none.</summary>
    public InputPartition? Earlier { get; set; }

    /// <summary>Whether the partition is gone: what is still being done for it is in vain.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Whether records wait to be taken up.</summary>
    public bool HasWaiting { get; private set; }

    /// <summary>Whether everything was taken up that lies before the place where a route leads elsewhere.</summary>
    public bool HasEnded { get; private set; } = offsets.Next >= end;

    /// <summary>Whether something that was taken up is in no commit yet.</summary>
    public bool HasInFlight
    {
        get
        {
            lock (_lock)
            {
                return _bytes > 0;
            }
        }
    }

    /// <summary>Records have been read.</summary>
    public void Put(ConsumedBatch batch)
    {
        lock (_lock)
        {
            if (HasEnded)
            {
                return;
            }

            _batches.Enqueue(batch);
            HasWaiting = true;
        }
    }

    /// <summary>Takes the next record up, if one waits and one more may be in flight.</summary>
    public Invocation? Take()
    {
        lock (_lock)
        {
            while (!IsLost && _closed is null && _batches.TryPeek(out ConsumedBatch? batch))
            {
                if (_nextInBatch == batch.Records.Count)
                {
                    offsets.Skip(batch.NextOffset);
                    _batches.Dequeue();
                    _nextInBatch = 0;
                    continue;
                }

                ConsumedRecord next = batch.Records[_nextInBatch];
                if (next.Offset >= _end)
                {
                    End();
                    return null;
                }

                if (offsets.WasFinished(next.Offset))
                {
                    offsets.Skip(next.Offset + 1);
                    _nextInBatch++;
                    continue;
                }

                if (next.Offset != _passed && RouteMarker.TryRead(next.Record, out RouteMarker marker))
                {
                    if (_marker is null)
                    {
                        _marker = (marker, next.Offset);
                        _isMarkerTaken = false;
                    }

                    return null;
                }

                if (!offsets.MayBegin(next.Offset) || !inFlight.HasRoomFor(_bytes))
                {
                    return null;
                }

                var invocation = new Invocation(this, next.Record);
                offsets.Begin(invocation, next.Offset);
                _bytes += invocation.Bytes;
                inFlight.Add(invocation.Bytes);
                _nextInBatch++;
                return invocation;
            }

            HasWaiting = false;
            if (_isPaused && _closed is null && !HasEnded)
            {
                _isPaused = false;
                consumer.Resume([Id]);
            }

            return null;
        }
    }

    /// <summary>A marker of a route at which the partition stands, for the one who finds out what it means: nothing is taken up before.</summary>
    public (RouteMarker Marker, long Offset)? TakeMarker()
    {
        lock (_lock)
        {
            if (_isMarkerTaken)
            {
                return null;
            }

            _isMarkerTaken = true;
            return _marker;
        }
    }

    /// <summary>It is known what a marker means: it is passed over, as something that is finished.</summary>
    public void Pass(long marker)
    {
        lock (_lock)
        {
            _passed = marker;
            _marker = null;
        }
    }

    /// <summary>Whether a record is a marker, and nobody's event.</summary>
    public bool IsMarker(long offset) => Volatile.Read(ref _passed) == offset;

    /// <summary>It is known where a route leads elsewhere.</summary>
    public void EndAt(long offset)
    {
        lock (_lock)
        {
            _end = Math.Min(_end, offset);
            if (offsets.Next >= _end)
            {
                End();
            }
        }
    }

    /// <summary>If records still wait, no more are to be read until they are taken up.</summary>
    public void PauseWhileWaiting()
    {
        lock (_lock)
        {
            if (HasWaiting && !_isPaused && !IsLost)
            {
                _isPaused = true;
                consumer.Pause([Id]);
            }
        }
    }

    /// <summary>A record is finished, and goes with the next commit.</summary>
    public void Finish(Invocation invocation)
    {
        lock (_lock)
        {
            offsets.Finish(invocation);
            if (offsets.Unfinished == 0)
            {
                _closed?.TrySetResult();
            }
        }
    }

    /// <summary>Takes nothing up any more; completes when everything that was is finished, and goes with the next commit.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (offsets.Unfinished == 0)
            {
                _closed.TrySetResult();
            }

            return _closed.Task;
        }
    }

    /// <summary>The commit has failed for good, for this record at least.</summary>
    public void Unfinish(Invocation invocation)
    {
        lock (_lock)
        {
            offsets.Unfinish(invocation);
        }
    }

    /// <summary>The commit has succeeded.</summary>
    public void Confirm(Invocation invocation)
    {
        lock (_lock)
        {
            offsets.Confirm(invocation);
            if (!IsLost)
            {
                _bytes -= invocation.Bytes;
                inFlight.Remove(invocation.Bytes);
            }
        }
    }

    /// <summary>What to commit.</summary>
    public OffsetAndMetadata ToCommit()
    {
        lock (_lock)
        {
            OffsetAndMetadata reached = offsets.ToCommit();
            return _movedOn > reached.Offset && IsDone ? new OffsetAndMetadata(_movedOn) : reached;
        }
    }

    /// <summary>It has ended, and what lies before an offset is for others: if all of its own is done, the next commit may say so.</summary>
    /// <returns>Whether that is news.</returns>
    public bool MoveOn(long offset)
    {
        lock (_lock)
        {
            bool isNews = IsDone && offset > Math.Max(_movedOn, offsets.Next);
            _movedOn = isNews ? offset : _movedOn;
            return isNews;
        }
    }

    private bool IsDone => HasEnded && !IsLost && offsets.Unfinished == 0;

    /// <summary>The partition is gone.</summary>
    public void Lose()
    {
        lock (_lock)
        {
            if (IsLost)
            {
                return;
            }

            IsLost = true;
            HasWaiting = false;
            _batches.Clear();

            // Whatever waits for its turn, for a retry or for a commit: nobody will finish it here.
            inFlight.Remove(_bytes);
        }
    }

    // Called under the lock. What has been read of what lies behind is for others.
    private void End()
    {
        HasEnded = true;
        HasWaiting = false;
        _batches.Clear();
        _nextInBatch = 0;
        if (!_isPaused && !IsLost)
        {
            _isPaused = true;
            consumer.Pause([Id]);
        }
    }

    /// <summary>Records are taken up by one at a time.</summary>
    /// <returns>Whether the caller is the one; otherwise the one who is at it looks once more.</returns>
    public bool TryBeginTaking() => Interlocked.Increment(ref _pumps) == 1;

    /// <summary>The caller has taken up what it could.</summary>
    /// <param name="asked">Who had asked when it began to look; take 1 after <see cref="TryBeginTaking"/>.</param>
    /// <returns>Whether it is done; otherwise somebody has asked meanwhile, and it looks once more.</returns>
    public bool TryEndTaking(ref int asked)
    {
        int found = Interlocked.CompareExchange(ref _pumps, 0, asked);
        bool done = found == asked;
        asked = found;
        return done;
    }
}
