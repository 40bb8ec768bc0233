using Ganglion.Brokers.Embedded.Records;
using Microsoft.Win32.SafeHandles;

namespace Ganglion.Brokers.Embedded.Storage;

internal sealed partial class Segment
{
    /// <summary>Enough for the batches between two entries of the index, in one read.</summary>
    private const int ReadAhead = 64 * 1024;

    /// <summary>Collects whole batches from the one that holds an offset on.</summary>
    /// <param name="offset">Batches that end before it are passed over.</param>
    /// <param name="maxBytes">The most bytes to collect, except that the first batch is collected whatever its size.</param>
    /// <param name="batches">Where they go.</param>
    /// <returns>False if the segment was closed.</returns>
    /// <exception cref="CorruptLogException">The first batch is damaged. If a later one is, those before it are collected.</exception>
    public bool TryRead(long offset, int maxBytes, List<StoredBatch> batches)
    {
        if (!TryEnter())
        {
            return false;
        }

        try
        {
            Read(offset, maxBytes, batches);
            return true;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Finds the base offset of the first batch that holds a timestamp or a newer one; null if there is none.</summary>
    /// <returns>False if the segment was closed.</returns>
    public bool TryFindBatch(long timestamp, out long? offset)
    {
        offset = null;
        if (!TryEnter())
        {
            return false;
        }

        try
        {
            offset = FindBatch(timestamp);
            return true;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Where the batch that begins with an offset lies; 0 if the segment was closed.</summary>
    public long PositionOf(long baseOffset)
    {
        if (!TryEnter())
        {
            return 0;
        }

        try
        {
            SafeFileHandle file = _file!;
            long position = Seek(file, _index!, () => _index!.Find(baseOffset - BaseOffset));
            while (ReadHeader(file, position) is { } header && header.BaseOffset < baseOffset)
            {
                position += header.Length;
            }

            return position;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>The newest timestamp in it; milliseconds since the Unix epoch. <see cref="long.MinValue"/> if there is none.</summary>
    /// <returns>False if the segment was closed.</returns>
    public bool TryGetMaxTimestamp(out long timestamp)
    {
        timestamp = long.MinValue;
        if (!TryEnter())
        {
            return false;
        }

        Leave();
        timestamp = Volatile.Read(ref _maxTimestamp);
        return true;
    }

    /// <summary>
    /// How old it is: its newest timestamp, or, as on Kafka, when it was last written to if its records have none. For the one who closes segments.
    /// </summary>
    public long GetLargestTimestamp()
    {
        ObjectDisposedException.ThrowIf(!TryGetMaxTimestamp(out long timestamp), this);
        return timestamp >= 0 ? timestamp : new DateTimeOffset(File.GetLastWriteTimeUtc(FilePath)).ToUnixTimeMilliseconds();
    }

    private void Read(long offset, int maxBytes, List<StoredBatch> batches)
    {
        SafeFileHandle file = _file!;
        long end = Size;
        long position = Seek(file, _index!, () => _index!.Find(offset - BaseOffset));
        int collected = 0;
        int wanted = Math.Max(maxBytes, ReadAhead);

        while (position < end && collected < maxBytes)
        {
            byte[] buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(wanted, end - position));
            int read = ReadFully(file, buffer, position);
            int consumed = 0;
            while (true)
            {
                ReadOnlyMemory<byte> rest = buffer.AsMemory(consumed, read - consumed);
                if (rest.Length < RecordBatchHeader.Size)
                {
                    break;
                }

                if (!RecordBatchHeader.TryRead(rest.Span, out RecordBatchHeader header) || header.Length > end - position - consumed)
                {
                    Damaged(position + consumed, batches, "is no record batch");
                    return;
                }

                if (header.Length > rest.Length)
                {
                    wanted = Math.Max(ReadAhead, header.Length);
                    break;
                }

                if (header.LastOffset >= offset)
                {
                    if (collected > 0 && collected + header.Length > maxBytes)
                    {
                        return;
                    }

                    ReadOnlyMemory<byte> batch = rest[..header.Length];
                    if (!RecordBatchHeader.IsIntact(batch.Span))
                    {
                        Damaged(position + consumed, batches, "has a wrong checksum");
                        return;
                    }

                    batches.Add(new StoredBatch(header.BaseOffset, header.LastOffset, header.MaxTimestamp, batch));
                    collected += header.Length;
                }

                consumed += header.Length;
            }

            position += consumed;
            if (consumed == 0 && read == buffer.Length && wanted <= buffer.Length)
            {
                Damaged(position, batches, "is cut off");
                return;
            }
        }
    }

    private long? FindBatch(long timestamp)
    {
        if (Volatile.Read(ref _maxTimestamp) < timestamp)
        {
            return null;
        }

        SafeFileHandle file = _file!;
        byte[] buffer = new byte[RecordBatchHeader.Size];
        for (long position = Seek(file, _index!, () => _index!.FindByTime(timestamp)); position < Size;)
        {
            if (RandomAccess.Read(file, buffer, position) < buffer.Length || !RecordBatchHeader.TryRead(buffer, out RecordBatchHeader header))
            {
                return null;
            }

            if (header.MaxTimestamp >= timestamp)
            {
                return header.BaseOffset;
            }

            position += header.Length;
        }

        return null;
    }

    /// <summary>The batch at a position, or the next intact one behind it if there is none.</summary>
    private static (long Position, RecordBatchHeader Header)? NextBatch(SafeFileHandle file, long position, long end, long fromOffset)
    {
        return ReadHeader(file, position) is { } header
            && header.BaseOffset >= fromOffset
            && LeadsOn(file, position + header.Length, end, header.LastOffset)
            ? (position, header)
            : NextIntactBatch(file, position, end, fromOffset);
    }

    /// <summary>Whether the length of a batch leads to the next one, or to the end: then nothing speaks against it.</summary>
    private static bool LeadsOn(SafeFileHandle file, long next, long end, long lastOffset) =>
        next == end || (next < end && ReadHeader(file, next) is { } header && header.BaseOffset > lastOffset);

    private static RecordBatchHeader? ReadHeader(SafeFileHandle file, long position)
    {
        Span<byte> buffer = stackalloc byte[RecordBatchHeader.Size];
        return RandomAccess.Read(file, buffer, position) == buffer.Length && RecordBatchHeader.TryRead(buffer, out RecordBatchHeader header)
            ? header
            : null;
    }

    /// <summary>Looks for an intact batch at every byte: what lies behind damage begins anywhere.</summary>
    private static (long Position, RecordBatchHeader Header)? NextIntactBatch(SafeFileHandle file, long position, long end, long fromOffset)
    {
        byte[] rest = new byte[Math.Max(0, end - position)];
        int length = ReadFully(file, rest, position);
        for (int i = 0; i < length; i++)
        {
            ReadOnlySpan<byte> candidate = rest.AsSpan(i, length - i);
            if (RecordBatchHeader.TryRead(candidate, out RecordBatchHeader header)
                && header.BaseOffset >= fromOffset
                && RecordBatchHeader.IsIntact(candidate))
            {
                return (position + i, header);
            }
        }

        return null;
    }

    private static int ReadFully(SafeFileHandle file, byte[] buffer, long position)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            int read = RandomAccess.Read(file, buffer.AsSpan(total), position + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    /// <summary>Reports damage, unless there are intact batches to deliver first. Reading goes on behind it.</summary>
    private void Damaged(long position, List<StoredBatch> batches, string fault)
    {
        if (batches.Count > 0)
        {
            return;
        }

        throw new CorruptLogException(FilePath, position, fault, OffsetBehind(position));
    }

    /// <summary>Where records are readable again behind damage: the next batch if the damaged one still tells its length, else the next that is intact.</summary>
    private long OffsetBehind(long position)
    {
        if (ReadHeader(_file!, position) is { } damaged
            && ReadHeader(_file!, position + damaged.Length) is { } next
            && next.BaseOffset > damaged.BaseOffset)
        {
            return next.BaseOffset;
        }

        if (NextIntactBatch(_file!, position + 1, Size, BaseOffset) is not var (found, intact))
        {
            return EndOffset;
        }

        // Readers are to find it without coming past the damage again.
        _index!.Insert((int)(intact.BaseOffset - BaseOffset), (int)found, Volatile.Read(ref _maxTimestamp));
        return intact.BaseOffset;
    }
}
