using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>
/// Some of the batches of a segment: where they lie, from which offset on, and the newest timestamp until then. Kept in memory
/// while the segment is in use; written to <c>.index</c> (relative offset, position; four bytes each, big-endian) and
/// <c>.timeindex</c> (timestamp of eight bytes, relative offset of four), as Kafka's are.
/// </summary>
internal sealed class SparseIndex
{
    private const int OffsetEntrySize = 8;
    private const int TimeEntrySize = 12;

    private readonly List<Entry> _entries = [];

    /// <summary>The last entry; the segment's beginning if there is none.</summary>
    public (int RelativeOffset, int Position, long MaxTimestamp) Last
    {
        get
        {
            lock (_entries)
            {
                return _entries.Count == 0 ? (0, 0, long.MinValue) : (_entries[^1].RelativeOffset, _entries[^1].Position, _entries[^1].MaxTimestamp);
            }
        }
    }

    /// <summary>Adds a batch.</summary>
    /// <param name="relativeOffset">Its base offset, counted from the segment's.</param>
    /// <param name="position">Where it begins in the segment.</param>
    /// <param name="maxTimestamp">The newest timestamp in the segment before it.</param>
    public void Add(int relativeOffset, int position, long maxTimestamp)
    {
        lock (_entries)
        {
            _entries.Add(new Entry(relativeOffset, position, maxTimestamp));
        }
    }

    /// <summary>Adds a batch in between.</summary>
    /// <param name="relativeOffset">Its base offset, counted from the segment's.</param>
    /// <param name="position">Where it begins in the segment.</param>
    /// <param name="maxTimestamp">The newest timestamp in the segment; taken where no entry follows, for nobody knows better.</param>
    public void Insert(int relativeOffset, int position, long maxTimestamp)
    {
        lock (_entries)
        {
            int at = _entries.FindIndex(entry => entry.Position >= position);
            if (at < 0)
            {
                _entries.Add(new Entry(relativeOffset, position, maxTimestamp));
            }
            else if (_entries[at].Position > position)
            {
                _entries.Insert(at, new Entry(relativeOffset, position, _entries[at].MaxTimestamp));
            }
        }
    }

    /// <summary>The last entry at or before an offset: the batch that holds it lies there or behind; null if there is none.</summary>
    public (int RelativeOffset, int Position)? Find(long relativeOffset)
    {
        lock (_entries)
        {
            int low = 0;
            int high = _entries.Count;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (_entries[middle].RelativeOffset <= relativeOffset)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            return low == 0 ? null : (_entries[low - 1].RelativeOffset, _entries[low - 1].Position);
        }
    }

    /// <summary>The last entry before the first batch that holds a timestamp or a newer one; null if there is none.</summary>
    public (int RelativeOffset, int Position)? FindByTime(long timestamp)
    {
        lock (_entries)
        {
            // An entry's timestamp is the newest before its batch, so it never falls: everything before the last entry below is older.
            (int, int)? found = null;
            foreach (Entry entry in _entries)
            {
                if (entry.MaxTimestamp >= timestamp)
                {
                    break;
                }

                found = (entry.RelativeOffset, entry.Position);
            }

            return found;
        }
    }

    /// <summary>Forgets an entry that has turned out to be wrong.</summary>
    public void Remove(int position)
    {
        lock (_entries)
        {
            _entries.RemoveAll(entry => entry.Position == position);
        }
    }

    /// <summary>Forgets everything from a position on.</summary>
    public void Truncate(int position)
    {
        lock (_entries)
        {
            _entries.RemoveAll(entry => entry.Position >= position);
        }
    }

    /// <summary>Writes the index beside its segment.</summary>
    public void Save(string segmentPath)
    {
        byte[] offsets;
        byte[] times;
        lock (_entries)
        {
            offsets = new byte[_entries.Count * OffsetEntrySize];
            times = new byte[_entries.Count * TimeEntrySize];
            for (int i = 0; i < _entries.Count; i++)
            {
                BinaryPrimitives.WriteInt32BigEndian(offsets.AsSpan(i * OffsetEntrySize), _entries[i].RelativeOffset);
                BinaryPrimitives.WriteInt32BigEndian(offsets.AsSpan((i * OffsetEntrySize) + 4), _entries[i].Position);
                BinaryPrimitives.WriteInt64BigEndian(times.AsSpan(i * TimeEntrySize), _entries[i].MaxTimestamp);
                BinaryPrimitives.WriteInt32BigEndian(times.AsSpan((i * TimeEntrySize) + 8), _entries[i].RelativeOffset);
            }
        }

        Disk.WriteFile(Path.ChangeExtension(segmentPath, ".index"), offsets);
        Disk.WriteFile(Path.ChangeExtension(segmentPath, ".timeindex"), times);
    }

    /// <summary>Reads the index beside a segment. What is missing, torn or impossible is left out: the segment itself tells the rest. What is wrong turns out where it is used.</summary>
    public static SparseIndex Load(string segmentPath, long segmentSize)
    {
        var index = new SparseIndex();
        byte[] offsets = ReadIfThere(Path.ChangeExtension(segmentPath, ".index"));
        byte[] times = ReadIfThere(Path.ChangeExtension(segmentPath, ".timeindex"));
        int count = Math.Min(offsets.Length / OffsetEntrySize, times.Length / TimeEntrySize);
        var previous = new Entry(-1, -1, long.MinValue);
        for (int i = 0; i < count; i++)
        {
            var entry = new Entry(
                BinaryPrimitives.ReadInt32BigEndian(offsets.AsSpan(i * OffsetEntrySize)),
                BinaryPrimitives.ReadInt32BigEndian(offsets.AsSpan((i * OffsetEntrySize) + 4)),
                BinaryPrimitives.ReadInt64BigEndian(times.AsSpan(i * TimeEntrySize)));
            bool follows = entry.RelativeOffset > previous.RelativeOffset && entry.Position > previous.Position
                && entry.MaxTimestamp >= previous.MaxTimestamp && entry.Position < segmentSize
                && entry.RelativeOffset == BinaryPrimitives.ReadInt32BigEndian(times.AsSpan((i * TimeEntrySize) + 8));
            if (!follows)
            {
                break;
            }

            index._entries.Add(entry);
            previous = entry;
        }

        return index;
    }

    private static byte[] ReadIfThere(string path) => File.Exists(path) ? File.ReadAllBytes(path) : [];

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Entry(int RelativeOffset, int Position, long MaxTimestamp);
}
