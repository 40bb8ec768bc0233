using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Kafka.Reading;

// The fetcher's side: what comes from the cluster.
internal sealed partial class FetchedPartition
{
    // To ask the client for each record where the end is would cost more than the record.
    private const int RecordsPerLookAtEnd = 1000;

    private long _nextLookAtEnd;

    /// <summary>A record has come. Called by the fetcher's thread.</summary>
    /// <returns>Whether no more is wanted until <see cref="Fetcher.Release"/>.</returns>
    public bool Put(long offset, in Record record, int bytes)
    {
        lock (_lock)
        {
            if (_isClosed || _seeks > 0)
            {
                return false;
            }

            if (offset < _fetched)
            {
                Fail(BegunAnew());
                return false;
            }

            _records.Enqueue(new ConsumedRecord(offset, record));
            _bytes += bytes;
            _fetched = offset + 1;
            if (_fetched >= _end || offset >= _nextLookAtEnd)
            {
                _end = Math.Max(Math.Max(_end, _fetched), _fetcher!.FindEnd(Id));
                _nextLookAtEnd = _fetched + RecordsPerLookAtEnd;
            }

            Queue();
            return !_isHeldBack && _bytes > _maxBytes && (_isHeldBack = true);
        }
    }

    /// <summary>The end has been reached, perhaps behind offsets that hold nothing for readers. Called by the fetcher's thread.</summary>
    public void ReachEnd(long offset)
    {
        lock (_lock)
        {
            if (_isClosed || _seeks > 0)
            {
                return;
            }

            if (offset < _fetched)
            {
                Fail(BegunAnew());
            }
            else if (offset > _fetched)
            {
                _fetched = offset;
                _end = Math.Max(_end, offset);
                Queue();
            }
        }
    }

    /// <summary>It cannot be read; the loop is told.</summary>
    public void Fail(Exception exception)
    {
        lock (_lock)
        {
            if (_isBroken)
            {
                // It has been told already.
                return;
            }

            _isBroken = exception is TopicException;
            _fault = exception;
            Queue();
        }
    }

    /// <summary>The topic of its name is this one now.</summary>
    public void CheckTopic(Guid topic)
    {
        lock (_lock)
        {
            if (_topic != default && topic != _topic)
            {
                Fail(BegunAnew());
            }

            _topic = topic;
        }
    }

    /// <summary>What comes from now on was fetched behind the last <see cref="Seek"/>. Called by the fetcher's thread.</summary>
    public void EndSeek()
    {
        lock (_lock)
        {
            _seeks--;
        }
    }

    private TopicException BegunAnew() => new(
        "topic-not-found", $"What was read of {Id} is not there any more, and others lie in its place: the topic was deleted and created again. Read it from its beginning.");
}
