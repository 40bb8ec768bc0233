using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Kafka.Reading;

/// <summary>
/// A partition on its way from the cluster to a reading loop: what a <see cref="Fetcher"/> has brought and the loop has not taken yet.
/// No more is fetched while too much of it waits.
/// </summary>
internal sealed partial class FetchedPartition
{
    // To hold a partition back costs what the client has fetched in advance: it is done seldom.
    private const int LeastHeldBack = 1024 * 1024;

    private readonly int _maxBytes;
    private readonly ReadyQueue _queue;
    private readonly Lock _lock = new();
    private readonly Queue<ConsumedRecord> _records = new();
    private long _bytes;
    private long _next;
    private long _fetched;
    private long _end;
    private int _seeks;
    private bool _isQueued;
    private bool _isPaused;
    private bool _isHeldBack;
    private bool _isClosed;
    private bool _isBroken;
    private Guid _topic;
    private Exception? _fault;
    private Fetcher? _fetcher;

    /// <param name="id">The topic and the partition.</param>
    /// <param name="start">The first offset.</param>
    /// <param name="maxBytes">How much the loop takes at a time; while four times as much waits, no more is fetched.</param>
    /// <param name="queue">Where it waits for its turn.</param>
    public FetchedPartition(TopicPartition id, long start, int maxBytes, ReadyQueue queue)
    {
        Id = id;
        _next = _fetched = _end = start;
        _maxBytes = (int)Math.Clamp(4L * maxBytes, LeastHeldBack, int.MaxValue);
        _queue = queue;
    }

    public TopicPartition Id { get; }

    /// <summary>The next offset that the loop reads.</summary>
    public long Position
    {
        get
        {
            lock (_lock)
            {
                return _next;
            }
        }
    }

    /// <summary>Whether no more is fetched at present, because too much waits.</summary>
    public bool IsHeldBack
    {
        get
        {
            lock (_lock)
            {
                return _isHeldBack;
            }
        }
    }

    /// <summary>Whether its topic is not there any more, or is another one by now.</summary>
    public bool IsBroken
    {
        get
        {
            lock (_lock)
            {
                return _isBroken;
            }
        }
    }

    /// <summary>The next offset that is to be fetched.</summary>
    public long NextToFetch
    {
        get
        {
            lock (_lock)
            {
                return _fetched;
            }
        }
    }

    /// <summary>Begins to fetch.</summary>
    public void Attach(Fetcher fetcher)
    {
        _fetcher = fetcher;
        fetcher.Start(this);
    }

    /// <summary>Fetches no more, and gives nothing of what has been fetched.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _records.Clear();
        }

        _fetcher?.Stop(this);
    }

    /// <summary>Takes what waits.</summary>
    /// <param name="most">No more bytes, unless a single record has more.</param>
    /// <returns>The records; <see langword="null"/> if there is nothing.</returns>
    public ConsumedBatch? TryTake(int most)
    {
        lock (_lock)
        {
            _isQueued = false;
            if (_isClosed)
            {
                return null;
            }

            if (_fault is { } fault)
            {
                _fault = null;
                if (_next != _fetched)
                {
                    // What has come before it is still to be taken.
                    Queue();
                }

                throw fault;
            }

            if (_isPaused || _next == _fetched)
            {
                return null;
            }

            var records = new List<ConsumedRecord>(HowMany(most));
            long bytes = 0;
            while (_records.TryPeek(out ConsumedRecord record))
            {
                int size = SizeOf(record.Record);
                if (records.Count > 0 && bytes + size > most)
                {
                    break;
                }

                bytes += size;
                records.Add(_records.Dequeue());
            }

            _bytes -= bytes;
            _next = _records.Count == 0 ? _fetched : records[^1].Offset + 1;
            if (_records.Count > 0)
            {
                Queue();
            }

            if (_isHeldBack && _bytes <= _maxBytes / 2)
            {
                _isHeldBack = false;
                _fetcher!.Release(this);
            }

            return new ConsumedBatch(Id, records, _next, _end);
        }
    }

    /// <summary>Goes on elsewhere.</summary>
    public void Seek(long offset)
    {
        lock (_lock)
        {
            if (_isBroken)
            {
                // It goes on with the topic as it is now.
                _topic = default;
            }

            _records.Clear();
            _bytes = 0;
            _next = _fetched = _nextLookAtEnd = offset;
            _isHeldBack = false;
            _fault = null;
            _isBroken = false;
            _seeks++;
        }

        _fetcher?.Restart(this);
    }

    public void Pause()
    {
        lock (_lock)
        {
            _isPaused = true;
        }
    }

    public void Resume()
    {
        lock (_lock)
        {
            _isPaused = false;
            if (_next != _fetched)
            {
                Queue();
            }
        }
    }

    /// <summary>What a record takes here, in bytes.</summary>
    public static int SizeOf(in Record record) => (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0) + record.Headers.Encoded.Length + 64;

    // About so many of those that wait are to be taken: a list that grows would be made several times. Called under the lock.
    private int HowMany(int most) => (int)Math.Min(_records.Count, 1 + (_records.Count * (long)most / Math.Max(_bytes, 1)));

    // Called under the lock.
    private void Queue()
    {
        if (!_isQueued && !(_isPaused && _fault is null))
        {
            _isQueued = true;
            _queue.Append(this);
        }
    }
}
