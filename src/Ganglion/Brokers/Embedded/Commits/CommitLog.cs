using Ganglion.Brokers.Embedded.Storage;
using Ganglion.Faults;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// The durable side of the committer: every round is one frame, written at the end of the current file and flushed there. The
/// segments follow behind, and give the files back.
/// </summary>
internal sealed class CommitLog : ICommitLog
{
    /// <summary>Under an interval policy the system is told in such steps to bring the file to the disk, so that its last flush waits for little.</summary>
    private const int FlushStep = 1024 * 1024;

    private readonly string _folder;
    private readonly long _epoch;
    private readonly CommitFiles _files;
    private readonly SegmentWriter _writer;
    private readonly List<ReadOnlyMemory<byte>> _parts = [];
    private byte[] _head = new byte[4096];
    private CommitFile? _current;
    private long _position;
    private long _flushBegun;
    private long _sequence;

    /// <param name="folder">Where the files lie; what they hold has been recovered.</param>
    /// <param name="epoch">Larger than that of any frame that was ever written here.</param>
    /// <param name="budget">Bounds the memory of the partitions.</param>
    public CommitLog(string folder, long epoch, TailBudget budget)
    {
        _folder = folder;
        _epoch = epoch;
        _files = new CommitFiles(folder);
        _writer = new SegmentWriter(budget, _files.GiveBack);
    }

    public void Write(Round round, bool flush)
    {
        _writer.ThrowIfFailing();
        try
        {
            int length = CommitFrame.LengthOf(round);
            CommitFile file = FileFor(length);
            GatherFrame(round, length, flush);
            Disk.Write(file.Handle, _parts, _position);
            FaultHook.Reach(FaultPoints.RoundWritten);
            if (flush)
            {
                Disk.Flush(file.Handle);
            }

            _position += length;
            _sequence++;
            if (!flush && _position - _flushBegun >= FlushStep)
            {
                Disk.BeginFlush(file.Handle, _flushBegun, _position - _flushBegun);
                _flushBegun = _position;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or StorageException)
        {
            CutOff();
            throw Disk.Explain(exception, _folder);
        }
        finally
        {
            _parts.Clear();
        }
    }

    public void Flush()
    {
        if (_current is not null)
        {
            Disk.Flush(_current.Handle);
        }
    }

    public void WriteBehind(Round round)
    {
        _current!.Retain();
        _writer.Enqueue(round, _current);
    }

    /// <summary>Writes everything to the segments and ends the epoch: the next start has nothing to recover.</summary>
    public void Dispose()
    {
        try
        {
            if (_writer.Stop())
            {
                FaultHook.Reach(FaultPoints.EpochEnding);
                CommitEpoch.Begin(_folder, _epoch);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next start recovers what lies in the segments already.
        }
        finally
        {
            _files.Dispose();
        }
    }

    private void GatherFrame(Round round, int length, bool flush)
    {
        int head = CommitFrame.HeadSize + (round.Batches.Count * CommitFrame.EntrySize);
        if (_head.Length < head)
        {
            _head = new byte[head * 2];
        }

        CommitFrame.WriteHead(_head, round, length, _epoch, _sequence + 1, flush);
        _parts.Add(_head.AsMemory(0, head));
        foreach (RoundBatch batch in round.Batches)
        {
            _parts.Add(batch.Stored.Bytes);
        }
    }

    /// <summary>The file that takes a frame of some length.</summary>
    private CommitFile FileFor(int length)
    {
        if (_current is null)
        {
            return _current = _files.Take(_writer.ThrowIfFailing);
        }

        if (_position + length > CommitFiles.FileBytes && _position > 0)
        {
            // What an interval policy has not flushed yet must not be overtaken by what follows in the next file.
            Disk.Flush(_current.Handle);
            CommitFile next = _files.Take(_writer.ThrowIfFailing);
            FaultHook.Reach(FaultPoints.CommitFileFull);
            _current.MarkFull();
            _writer.Wake();
            _current = next;
            _position = 0;
            _flushBegun = 0;
        }

        return _current;
    }

    /// <summary>What could not be written whole must not be found by a recovery: its producers are told that it failed.</summary>
    private void CutOff()
    {
        try
        {
            if (_current is not null)
            {
                Disk.Write(_current.Handle, stackalloc byte[CommitFrame.HeadSize], _position);
            }
        }
        catch (IOException)
        {
            // The next round is written over it.
        }
    }
}
