using Ganglion.Brokers.Embedded.Records;
using Microsoft.Win32.SafeHandles;

namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>
/// One file of a partition's log: record batches, one after the other, exactly as Kafka stores and sends them. The file is named
/// for the offset of its first record. Closed segments open their file and their index when they are first read.
/// </summary>
internal sealed partial class Segment
{
    /// <summary>One batch is indexed in this many bytes.</summary>
    private const int IndexInterval = 4096;

    private readonly Lock _opening = new();
    private SafeFileHandle? _file;
    private SparseIndex? _index;
    private long _size;
    private long _endOffset;
    private long _maxTimestamp = long.MinValue;
    private int _lastIndexed;

    private Segment(string path, long baseOffset)
    {
        FilePath = path;
        BaseOffset = baseOffset;
        _endOffset = baseOffset;
    }

    public string FilePath { get; }

    public long BaseOffset { get; }

    /// <summary>
    /// Where the next segment begins, if this one is closed. A closed segment is whole: what cannot be read in it is damaged, whereas
    /// the end of the active one may be torn.
    /// </summary>
    public long? NextBaseOffset { get; set; }

    /// <summary>The offset behind the last record; known once the segment was opened or appended to.</summary>
    public long EndOffset => Volatile.Read(ref _endOffset);

    /// <summary>The file's bytes.</summary>
    public long Size => Volatile.Read(ref _size);

    /// <summary>The newest timestamp in it; milliseconds since the Unix epoch.</summary>
    public long MaxTimestamp
    {
        get
        {
            EnsureOpen();
            return Volatile.Read(ref _maxTimestamp);
        }
    }

    public static string FileName(long baseOffset) => baseOffset.ToString("D20", System.Globalization.CultureInfo.InvariantCulture) + ".log";

    /// <summary>Makes an empty segment.</summary>
    public static Segment Create(string folder, long baseOffset)
    {
        var segment = new Segment(Path.Combine(folder, FileName(baseOffset)), baseOffset);
        segment._file = File.OpenHandle(segment.FilePath, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        segment._index = new SparseIndex();
        return segment;
    }

    /// <summary>A segment that is there. Nothing of it is read yet.</summary>
    public static Segment Find(string path)
    {
        long baseOffset = long.Parse(Path.GetFileNameWithoutExtension(path), System.Globalization.CultureInfo.InvariantCulture);
        return new Segment(path, baseOffset) { _size = new FileInfo(path).Length };
    }

    /// <summary>Appends batches with one write. What a failed write leaves behind is overwritten by the next.</summary>
    public void Append(IReadOnlyList<StoredBatch> batches)
    {
        EnsureOpen();
        var bytes = new ReadOnlyMemory<byte>[batches.Count];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = batches[i].Bytes;
        }

        RandomAccess.Write(_file!, bytes, _size);
        foreach (StoredBatch batch in batches)
        {
            Note(_index!, batch.BaseOffset, batch.LastOffset, batch.MaxTimestamp, batch.Bytes.Length);
        }
    }

    /// <summary>Brings the segment to the disk, and its index into its files (which are only ever a shortcut).</summary>
    public void Flush()
    {
        EnsureOpen();
        Disk.Flush(_file!);
        _index!.Save(FilePath);
    }

    /// <summary>Cuts everything off from an offset on.</summary>
    public void Truncate(long offset)
    {
        EnsureOpen();
        NextBaseOffset = null;
        _index!.Truncate(Seek(_index, () => _index.Find(offset - BaseOffset)));
        Scan(_index, untilOffset: offset);
        RandomAccess.SetLength(_file!, _size);
    }

    /// <summary>Closes the file. Reading opens it again.</summary>
    public void Close()
    {
        lock (_opening)
        {
            _file?.Dispose();
            _file = null;
            _index = null;
        }
    }

    /// <summary>Removes the segment's files. Whoever is still reading reads on.</summary>
    public void Delete()
    {
        File.Delete(FilePath);
        File.Delete(Path.ChangeExtension(FilePath, ".index"));
        File.Delete(Path.ChangeExtension(FilePath, ".timeindex"));
    }

    private void EnsureOpen()
    {
        if (Volatile.Read(ref _index) is not null)
        {
            return;
        }

        lock (_opening)
        {
            if (_index is not null)
            {
                return;
            }

            _file = File.OpenHandle(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            SparseIndex index = SparseIndex.Load(FilePath, RandomAccess.GetLength(_file));
            Scan(index, untilOffset: long.MaxValue);
            Volatile.Write(ref _index, index);
        }
    }

    private void Note(SparseIndex index, long baseOffset, long lastOffset, long maxTimestamp, int length)
    {
        if (_size - _lastIndexed >= IndexInterval)
        {
            index.Add((int)(baseOffset - BaseOffset), (int)_size, _maxTimestamp);
            _lastIndexed = (int)_size;
        }

        _maxTimestamp = Math.Max(_maxTimestamp, maxTimestamp);
        Volatile.Write(ref _size, _size + length);
        Volatile.Write(ref _endOffset, lastOffset + 1);
    }

    /// <summary>
    /// The position of an entry of the index, or of the beginning if there is none. An entry at whose position its batch does not
    /// begin is forgotten, and the next best is taken: an index is a shortcut and never decides what can be read.
    /// </summary>
    private int Seek(SparseIndex index, Func<(int RelativeOffset, int Position)?> find)
    {
        Span<byte> header = stackalloc byte[RecordBatchHeader.Size];
        while (find() is { } entry)
        {
            if (RandomAccess.Read(_file!, header, entry.Position) == header.Length
                && RecordBatchHeader.TryRead(header, out RecordBatchHeader batch)
                && batch.BaseOffset == BaseOffset + entry.RelativeOffset)
            {
                return entry.Position;
            }

            index.Remove(entry.Position);
        }

        return 0;
    }

    /// <summary>
    /// Walks the headers from the last indexed batch on to learn where the segment ends. The active one ends where no whole batch
    /// follows: a torn tail is not part of it.
    /// </summary>
    private void Scan(SparseIndex index, long untilOffset)
    {
        Seek(index, () => index.Find(long.MaxValue));
        (int relativeOffset, int position, long maxTimestamp) = index.Last;
        long fileLength = RandomAccess.GetLength(_file!);
        byte[] buffer = new byte[RecordBatchHeader.Size];
        _size = position;
        _lastIndexed = position;
        _maxTimestamp = maxTimestamp;
        _endOffset = BaseOffset + relativeOffset;
        while (RandomAccess.Read(_file!, buffer, _size) == buffer.Length
            && RecordBatchHeader.TryRead(buffer, out RecordBatchHeader header)
            && header.BaseOffset >= _endOffset
            && header.BaseOffset < untilOffset
            && _size + header.Length <= fileLength)
        {
            Note(index, header.BaseOffset, header.LastOffset, header.MaxTimestamp, header.Length);
        }

        if (NextBaseOffset is { } next)
        {
            _size = fileLength;
            _endOffset = next;
        }
    }
}
