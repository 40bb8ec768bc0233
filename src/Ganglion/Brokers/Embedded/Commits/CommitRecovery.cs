using Ganglion.Brokers.Embedded.Storage;
using Ganglion.Faults;
using Microsoft.Win32.SafeHandles;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// Brings what the commit log holds into the segments after a crash. Frames are whole or not there; the first that is not ends the
/// log. Files are recycled in order, so that the frames of the last epoch follow each other from file to file.
/// </summary>
internal static class CommitRecovery
{
    /// <summary>Recovers.</summary>
    /// <param name="folder">Where the commit files lie.</param>
    /// <param name="last">The epoch that was begun last: older frames are in the segments, and some of them may be gone.</param>
    /// <param name="find">The log of a partition; null if its topic is gone.</param>
    /// <returns>The epoch of the newest frames, or the one that was begun last if it has none.</returns>
    /// <exception cref="StorageException">Frames are damaged, or missing in between (<c>commit-log-damaged</c>).</exception>
    public static long Run(string folder, long last, Func<Guid, int, SegmentLog?> find)
    {
        List<Extent> extents = [.. CommitFiles.Find(folder).Select(path => Survey(path, last)).OfType<Extent>()];
        if (extents.Count == 0)
        {
            return last;
        }

        long epoch = extents.Max(extent => extent.Epoch);
        List<Extent> newest = [.. extents.Where(extent => extent.Epoch == epoch).OrderBy(extent => extent.First)];

        // Files before a gap were given back already: what they held is in the segments.
        int from = newest.Count - 1;
        while (from > 0 && newest[from - 1].Last + 1 == newest[from].First)
        {
            from--;
        }

        var recovered = new HashSet<SegmentLog>();
        foreach (Extent extent in newest[from..])
        {
            Replay(extent, find, recovered);
        }

        foreach (SegmentLog log in recovered)
        {
            log.FinishRecovery();
        }

        FaultHook.Reach(FaultPoints.RecoveryFlushed);

        return epoch;
    }

    /// <summary>Finds the frames of a file: those that follow the first one without a gap. Null if it has none, or old ones only.</summary>
    private static Extent? Survey(string path, long last)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        long epoch = 0, first = 0, next = 0, position = 0;
        while (ReadFrame(file, position) is { } frame)
        {
            CommitFrame.TryReadHead(frame, out int length, out long frameEpoch, out long sequence, out _);
            if (position == 0)
            {
                (epoch, first, next) = (frameEpoch, sequence, sequence);
            }

            if (epoch < last || frameEpoch != epoch || sequence != next || CommitFrame.Read(frame) is null)
            {
                break;
            }

            next++;
            position += length;
        }

        if (position == 0)
        {
            return null;
        }

        ThrowIfDamaged(file, path, position, epoch, next);
        return new Extent(path, epoch, first, next - 1);
    }

    /// <summary>A crash tears the last frame only. One that is not whole although a later one is was acknowledged, and must not be forgotten.</summary>
    private static void ThrowIfDamaged(SafeFileHandle file, string path, long position, long epoch, long sequence)
    {
        byte[] rest = GC.AllocateUninitializedArray<byte>((int)(RandomAccess.GetLength(file) - position));
        if (CommitFrame.HasLater(rest.AsMemory(0, RandomAccess.Read(file, rest, position)), epoch, sequence))
        {
            throw new StorageException(
                "commit-log-damaged",
                $"The commit log is damaged: what lies in '{path}' at byte {position} is not what was written, and frames behind it are. "
                + "Restore the data folder from a backup, or move the file away to go on with what has reached the segments.");
        }
    }

    private static void Replay(Extent extent, Func<Guid, int, SegmentLog?> find, HashSet<SegmentLog> recovered)
    {
        using SafeFileHandle file = File.OpenHandle(extent.Path);
        long position = 0;
        for (long sequence = extent.First; sequence <= extent.Last; sequence++)
        {
            byte[] frame = ReadFrame(file, position)!;
            foreach ((CommitFrame.Entry entry, StoredBatch batch) in CommitFrame.Read(frame)!)
            {
                if (find(entry.TopicId, entry.Partition) is not { } log)
                {
                    continue;
                }

                recovered.Add(log);
                if (!log.Recover(batch))
                {
                    throw new StorageException(
                        "commit-log-damaged",
                        $"The commit log does not continue where the segments end: '{extent.Path}' at byte {position} begins with offset "
                        + $"{batch.BaseOffset} of a partition that ends at {log.EndOffset}. Restore the data folder from a backup.");
                }

                FaultHook.Reach(FaultPoints.RecoveryReplayed);
            }

            position += frame.Length;
        }
    }

    private static byte[]? ReadFrame(SafeFileHandle file, long position)
    {
        byte[] head = new byte[CommitFrame.HeadSize];
        if (RandomAccess.Read(file, head, position) < head.Length
            || !CommitFrame.TryReadHead(head, out int length, out _, out _, out _)
            || position + length > RandomAccess.GetLength(file))
        {
            return null;
        }

        byte[] frame = GC.AllocateUninitializedArray<byte>(length);
        return RandomAccess.Read(file, frame, position) == length ? frame : null;
    }

    private sealed record Extent(string Path, long Epoch, long First, long Last);
}
