using System.Globalization;
using Ganglion.Brokers.Embedded.Records;
using Microsoft.Win32.SafeHandles;

namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>
/// One file of a partition's log: record batches, one after the other, exactly as Kafka stores and sends them. The file is named
/// for the offset of its first record. Its file and its index are opened when they are first needed, and stay open until the
/// segment is removed or the broker stops.
/// </summary>
internal sealed partial class Segment
{
    /// <summary>One batch is indexed in this many bytes.</summary>
    private const int IndexInterval = 4096;

    private const string Extension = ".log";

    /// <summary>In steps of this many bytes the system is told to bring the segment to the disk.</summary>
    private const int FlushStep = 32 * 1024;

    private readonly Lock _opening = new();
    private SafeFileHandle? _file;
    private SparseIndex? _index;
    private FileAccess _access = FileAccess.Read;
    private int _users;
    private bool _closed;
    private long _size;
    private long _endOffset;
    private long _maxTimestamp = long.MinValue;
    private int _lastIndexed;
    private long _flushBegun;
    private long _nextFlush = Random.Shared.Next(FlushStep); // Partitions that grow alike are not to flush at the same moment.

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

    public static string FileName(long baseOffset) => baseOffset.ToString("D20", CultureInfo.InvariantCulture) + Extension;

    /// <summary>Makes an empty segment.</summary>
    public static Segment Create(string folder, long baseOffset)
    {
        string path = Path.Combine(folder, FileName(baseOffset));
        return new Segment(path, baseOffset)
        {
            _file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete),
            _index = new SparseIndex(),
            _access = FileAccess.ReadWrite,
        };
    }

    /// <summary>The segments in a folder, to be read. Nothing of them is read yet.</summary>
    public static IEnumerable<Segment> FindAll(string folder) =>
        from path in Directory.GetFiles(folder, "*" + Extension)
        let baseOffset = OffsetOf(path)
        where baseOffset is not null
        select Find(folder, baseOffset.Value);

    /// <summary>A segment that is there, to be read. Nothing of it is read yet.</summary>
    public static Segment Find(string folder, long baseOffset)
    {
        string path = Path.Combine(folder, FileName(baseOffset));
        return new Segment(path, baseOffset) { _size = new FileInfo(path).Length };
    }

    /// <summary>Appends batches with one write. What a failed write leaves behind is overwritten by the next.</summary>
    public void Append(IReadOnlyList<StoredBatch> batches)
    {
        var bytes = new ReadOnlyMemory<byte>[batches.Count];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = batches[i].Bytes;
        }

        Disk.Write(_file!, bytes, _size);
        foreach (StoredBatch batch in batches)
        {
            Note(_index!, batch.BaseOffset, batch.LastOffset, batch.MaxTimestamp, batch.Bytes.Length);
        }

        BeginFlush();
    }

    /// <summary>Brings the segment to the disk, and its index into its files (which are only ever a shortcut).</summary>
    public void Flush()
    {
        Disk.Flush(_file!);
        _index!.Save(FilePath);
    }

    /// <summary>Cuts everything off from an offset on, and lets batches be appended there. Nobody reads yet.</summary>
    public void Truncate(long offset)
    {
        if (_access != FileAccess.ReadWrite)
        {
            CloseFile();
            _access = FileAccess.ReadWrite;
        }

        EnsureOpen();
        NextBaseOffset = null;
        _index!.Truncate(Seek(_file!, _index, () => _index.Find(offset - BaseOffset)));
        Scan(_file!, _index, untilOffset: offset);
        Disk.SetLength(_file!, _size);
    }

    /// <summary>Closes the file for good, as soon as nobody reads it any more. Who comes later is turned away.</summary>
    public void Close()
    {
        lock (_opening)
        {
            _closed = true;
            if (_users == 0)
            {
                CloseFile();
            }
        }
    }

    /// <summary>Removes the segment's files. Whoever is still reading reads on.</summary>
    public void Delete()
    {
        File.Delete(FilePath);
        File.Delete(Path.ChangeExtension(FilePath, ".index"));
        File.Delete(Path.ChangeExtension(FilePath, ".timeindex"));
    }

    /// <summary>The offset for which a file is named; null if it is no segment.</summary>
    private static long? OffsetOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
        && Path.GetFileName(path) == FileName(offset)
            ? offset
            : null;

    /// <summary>Keeps the file open until <see cref="Leave"/>; false if the segment was closed.</summary>
    private bool TryEnter()
    {
        lock (_opening)
        {
            if (_closed)
            {
                return false;
            }

            EnsureOpen();
            _users++;
            return true;
        }
    }

    private void Leave()
    {
        lock (_opening)
        {
            if (--_users == 0 && _closed)
            {
                CloseFile();
            }
        }
    }

    private void BeginFlush()
    {
        if (_size >= _nextFlush)
        {
            Disk.BeginFlush(_file!, _flushBegun, _size - _flushBegun);
            _flushBegun = _size;
            _nextFlush = _size + FlushStep;
        }
    }

    private void EnsureOpen()
    {
        if (_file is not null)
        {
            return;
        }

        SafeFileHandle file = File.OpenHandle(FilePath, FileMode.Open, _access, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            SparseIndex index = SparseIndex.Load(FilePath, RandomAccess.GetLength(file));
            Scan(file, index, untilOffset: long.MaxValue);
            _index = index;
            _file = file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void CloseFile()
    {
        _file?.Dispose();
        _file = null;
        _index = null;
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
    private int Seek(SafeFileHandle file, SparseIndex index, Func<(int RelativeOffset, int Position)?> find)
    {
        Span<byte> header = stackalloc byte[RecordBatchHeader.Size];
        while (find() is { } entry)
        {
            if (RandomAccess.Read(file, header, entry.Position) == header.Length
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
    /// follows: a torn tail is not part of it, whereas damage with a whole batch behind it is.
    /// </summary>
    private void Scan(SafeFileHandle file, SparseIndex index, long untilOffset)
    {
        Seek(file, index, () => index.Find(long.MaxValue));
        (int relativeOffset, int position, long maxTimestamp) = index.Last;
        long fileLength = RandomAccess.GetLength(file);
        _size = position;
        _lastIndexed = position;
        _maxTimestamp = maxTimestamp;
        _endOffset = BaseOffset + relativeOffset;
        while (NextBatch(file, _size, fileLength, _endOffset) is var (found, header) && header.BaseOffset < untilOffset)
        {
            if (found != _size)
            {
                _size = found;
                _lastIndexed = (int)found - IndexInterval; // Readers are to find it without coming past the damage.
            }

            Note(index, header.BaseOffset, header.LastOffset, header.MaxTimestamp, header.Length);
        }

        if (NextBaseOffset is { } next)
        {
            _size = fileLength;
            _endOffset = next;
        }
    }
}
