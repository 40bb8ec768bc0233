using System.Collections.Concurrent;
using System.Globalization;
using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// The durable side of the committer: every round is one frame, written at the end of the current file and flushed there. When a
/// file is full the next one is taken: one whose frames have reached the segments, or a new one, or, when the segments are too far
/// behind, the committer waits. That bounds both the disk space and the time that a recovery takes.
/// </summary>
internal sealed class CommitLog : ICommitLog
{
    public const string Extension = ".commit";
    private const long FileBytes = 16 * 1024 * 1024;
    private const int MaxFiles = 8;

    private readonly string _folder;
    private readonly long _epoch;
    private readonly SegmentWriter _writer;
    private readonly BlockingCollection<CommitFile> _free = [];
    private readonly List<CommitFile> _files = [];
    private readonly List<ReadOnlyMemory<byte>> _parts = [];
    private byte[] _head = new byte[4096];
    private CommitFile? _current;
    private long _position;
    private long _sequence;

    /// <param name="folder">Where the files lie; what they hold has been recovered.</param>
    /// <param name="epoch">Larger than that of any frame in them.</param>
    /// <param name="cache">Bounds the memory of the partitions.</param>
    /// <param name="time">The clock.</param>
    public CommitLog(string folder, long epoch, TailCache cache, TimeProvider time)
    {
        _folder = folder;
        _epoch = epoch;
        foreach (string path in Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal))
        {
            var file = CommitFile.Open(path);
            _files.Add(file);
            _free.Add(file);
        }

        _writer = new SegmentWriter(cache, time, _free.Add);
    }

    public void Write(Round round, bool flush)
    {
        _writer.ThrowIfFailing();
        int length = CommitFrame.LengthOf(round);
        try
        {
            CommitFile file = FileFor(length);
            int head = CommitFrame.HeadSize + (round.Batches.Count * CommitFrame.EntrySize);
            if (_head.Length < head)
            {
                _head = new byte[head * 2];
            }

            CommitFrame.WriteHead(_head, round, length, _epoch, _sequence + 1);
            _parts.Clear();
            _parts.Add(_head.AsMemory(0, head));
            foreach (RoundBatch batch in round.Batches)
            {
                _parts.Add(batch.Sealed.Bytes);
            }

            RandomAccess.Write(file.Handle, _parts, _position);
            if (flush)
            {
                Disk.Flush(file.Handle);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Disk.Explain(exception, _folder);
        }

        _position += length;
        _sequence++;
    }

    public void Flush()
    {
        if (_current is null)
        {
            return;
        }

        try
        {
            Disk.Flush(_current.Handle);
        }
        catch (IOException exception)
        {
            throw Disk.Explain(exception, _current.FilePath);
        }
    }

    public void WriteBehind(Round round)
    {
        _current!.Add();
        _writer.Enqueue(round, _current);
    }

    /// <summary>Writes everything to the segments and forgets the frames: the next start has nothing to recover.</summary>
    public void Dispose()
    {
        if (_writer.Stop())
        {
            byte[] nothing = new byte[CommitFrame.HeadSize];
            foreach (CommitFile file in _files)
            {
                RandomAccess.Write(file.Handle, nothing, 0);
                Disk.Flush(file.Handle);
            }
        }

        _files.ForEach(file => file.Dispose());
        _free.Dispose();
    }

    /// <summary>The file that takes a frame of some length.</summary>
    private CommitFile FileFor(int length)
    {
        if (_current is not null && (_position + length <= FileBytes || _position == 0))
        {
            return _current;
        }

        CommitFile next = NextFile();
        if (_current is not null)
        {
            // What an interval policy has not flushed yet must not be overtaken by what follows in the next file.
            Disk.Flush(_current.Handle);
            _current.Close();
            _writer.Wake();
        }

        next.Reuse();
        _current = next;
        _position = 0;
        return next;
    }

    private CommitFile NextFile()
    {
        if (_free.TryTake(out CommitFile? free))
        {
            return free;
        }

        if (_files.Count >= MaxFiles)
        {
            return _writer.WaitFor(_free);
        }

        string name = _files.Count.ToString("D2", CultureInfo.InvariantCulture) + Extension;
        var file = CommitFile.Create(Path.Combine(_folder, name), FileBytes);
        _files.Add(file);
        Disk.FlushFolder(_folder);
        return file;
    }
}
