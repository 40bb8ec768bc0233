using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Brokers.Embedded.Reading;

/// <summary>Reads chosen partitions of the broker in its process.</summary>
internal sealed class EmbeddedReader : IEventReader
{
    private readonly Dictionary<TopicPartition, LogCursor> _cursors;
    private readonly ReadQueue _queue;
    private readonly int _maxBytes;
    private readonly CancellationTokenRegistration _brokerClosing;
    private volatile bool _closed;

    private EmbeddedReader(
        Dictionary<TopicPartition, LogCursor> cursors, ReadQueue queue, int maxBytes, CancellationToken brokerClosing)
    {
        _cursors = cursors;
        _queue = queue;
        _maxBytes = maxBytes;
        _brokerClosing = brokerClosing.UnsafeRegister(static reader => ((EmbeddedReader)reader!).Close(), this);
    }

    public static async ValueTask<EmbeddedReader> OpenAsync(
        TopicCatalog topics, ReaderOptions options, CancellationToken brokerClosing, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(options.From.Count, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxBytes, nameof(options));
        var positions = new List<(Partition Partition, long Offset)>(options.From.Count);
        foreach ((TopicPartition id, OffsetPosition position) in options.From)
        {
            Partition partition = topics.Get(id);
            long offset = await partition.FindOffsetAsync(position, cancellationToken).ConfigureAwait(false);
            positions.Add((partition, CheckRange(partition, offset)));
        }

        var queue = new ReadQueue();
        return new EmbeddedReader(
            positions.ToDictionary(position => position.Partition.Id, position => new LogCursor(position.Partition, position.Offset, queue)),
            queue,
            options.MaxBytes,
            brokerClosing);
    }

    public async ValueTask<ConsumedBatch> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            cancellationToken.ThrowIfCancellationRequested();
            if (await _queue.TryReadAsync(_maxBytes, cancellationToken).ConfigureAwait(false) is { } batch)
            {
                return batch;
            }

            await _queue.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Seek(TopicPartition partition, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        Find(partition).Seek(offset);
    }

    public long GetPosition(TopicPartition partition) => Find(partition).Position;

    public ValueTask DisposeAsync()
    {
        _brokerClosing.Unregister();
        Close();
        return ValueTask.CompletedTask;
    }

    private void Close()
    {
        _closed = true;
        foreach (LogCursor cursor in _cursors.Values)
        {
            cursor.Close();
        }

        _queue.Wake();
    }

    private LogCursor Find(TopicPartition partition) =>
        _cursors.GetValueOrDefault(partition)
        ?? throw new ArgumentException($"This reader does not read {partition}.", nameof(partition));

    private static long CheckRange(Partition partition, long offset) =>
        offset <= partition.HighWatermark
            ? offset
            : throw new OffsetOutOfRangeException(
                "offset-out-of-range",
                $"Offset {offset} lies behind the end of {partition.Id}, which is {partition.HighWatermark}.");
}
