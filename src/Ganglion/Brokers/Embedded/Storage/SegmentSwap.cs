using System.Globalization;
using Ganglion.Faults;

namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>
/// What a compaction has left of some segments, about to take their place. Its file names the range of offsets that it replaces:
/// from the moment it bears that name the replacement is decided, and can be completed at any time, any number of times.
/// </summary>
internal sealed class SegmentSwap
{
    private const string Extension = ".swap";

    private readonly string _path;

    private SegmentSwap(string path, long from, long until)
    {
        _path = path;
        From = from;
        Until = until;
    }

    /// <summary>The base offset of the first segment that it replaces, and its own.</summary>
    public long From { get; }

    /// <summary>The base offset of the first segment that stays.</summary>
    public long Until { get; }

    private string Folder => Path.GetDirectoryName(_path)!;

    /// <summary>The swaps in a folder that a crash has interrupted.</summary>
    public static IEnumerable<SegmentSwap> FindAll(string folder)
    {
        foreach (string path in Directory.GetFiles(folder, "*" + Extension))
        {
            if (Path.GetFileNameWithoutExtension(path).Split('-') is [var first, var last]
                && long.TryParse(first, CultureInfo.InvariantCulture, out long from)
                && long.TryParse(last, CultureInfo.InvariantCulture, out long until))
            {
                yield return new SegmentSwap(path, from, until);
            }
        }
    }

    /// <summary>Decides the replacement.</summary>
    /// <param name="draft">What takes the place of the segments; on the disk, whole.</param>
    /// <param name="from">See <see cref="From"/>.</param>
    /// <param name="until">See <see cref="Until"/>.</param>
    public static SegmentSwap Decide(string draft, long from, long until)
    {
        string path = Path.Combine(Path.GetDirectoryName(draft)!, string.Create(CultureInfo.InvariantCulture, $"{from}-{until}{Extension}"));
        File.Move(draft, path);
        return new SegmentSwap(path, from, until);
    }

    /// <summary>Removes the old segments and puts the new one in their place. If it fails, it is to be called again.</summary>
    /// <returns>The new segment.</returns>
    public Segment Complete()
    {
        // The decision must outlive a crash of the machine before the first of the old segments goes.
        Disk.FlushFolder(Folder);
        if (File.Exists(_path))
        {
            FaultHook.Reach(FaultPoints.CompactionDecided);
            foreach (Segment old in Segment.FindAll(Folder).Where(old => old.BaseOffset >= From && old.BaseOffset < Until))
            {
                old.Delete();
            }

            FaultHook.Reach(FaultPoints.CompactionCleared);
            File.Move(_path, Path.Combine(Folder, Segment.FileName(From)));
            Disk.FlushFolder(Folder);
            FaultHook.Reach(FaultPoints.CompactionSwapped);
        }

        return Segment.Find(Folder, From);
    }
}
