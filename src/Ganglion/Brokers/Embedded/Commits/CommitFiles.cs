using System.Collections.Concurrent;
using System.Globalization;
using Ganglion.Brokers.Embedded.Storage;
using Ganglion.Faults;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// The files of the commit log, given out one after the other and given back when their frames have reached the segments. There are
/// never more than a few: that bounds the disk space, and the time that a recovery takes.
/// </summary>
internal sealed class CommitFiles : IDisposable
{
    public const long FileBytes = 16 * 1024 * 1024;
    private const string Extension = ".commit";
    private const int MaxFiles = 8;

    private static readonly TimeSpan WaitBeforeLook = TimeSpan.FromSeconds(1);

    private readonly string _folder;
    private readonly List<CommitFile> _files = [];
    private readonly BlockingCollection<CommitFile> _free = [];

    /// <param name="folder">Where the files lie; what they hold is in the segments, and of an epoch that is over.</param>
    public CommitFiles(string folder)
    {
        _folder = folder;
        try
        {
            foreach (string path in Find(folder))
            {
                var file = CommitFile.Open(path);
                _files.Add(file);
                _free.Add(file);
            }

            Forget();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The paths of the files in a folder.</summary>
    public static IEnumerable<string> Find(string folder) =>
        Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal);

    /// <summary>Gives out a file to be written from its beginning; waits for one if there are too many already.</summary>
    /// <param name="throwIfHopeless">Called while waiting; throws if none will be given back.</param>
    public CommitFile Take(Action throwIfHopeless)
    {
        if (!_free.TryTake(out CommitFile? file) && _files.Count < MaxFiles)
        {
            return Create();
        }

        while (file is null && !_free.TryTake(out file, WaitBeforeLook))
        {
            throwIfHopeless();
        }

        file.Recycle();
        return file;
    }

    /// <summary>Takes a file back whose frames nobody needs any more.</summary>
    public void GiveBack(CommitFile file) => _free.Add(file);

    public void Dispose()
    {
        _files.ForEach(static file => file.Dispose());
        _free.Dispose();
    }

    /// <summary>
    /// Forgets what the files hold, the oldest first: what is left at any moment ends where the segments do, so that it does no harm
    /// even if the file that tells the epoch is lost and it is recovered once more.
    /// </summary>
    private void Forget()
    {
        var begun = new List<(long Epoch, long Sequence, CommitFile File)>();
        byte[] head = new byte[CommitFrame.HeadSize];
        foreach (CommitFile file in _files)
        {
            int read = RandomAccess.Read(file.Handle, head, 0);
            if (CommitFrame.TryReadHead(head.AsSpan(0, read), out _, out long epoch, out long sequence, out _))
            {
                begun.Add((epoch, sequence, file));
            }
        }

        Array.Clear(head);
        foreach ((_, _, CommitFile file) in begun.OrderBy(static item => item.Epoch).ThenBy(static item => item.Sequence))
        {
            Disk.Write(file.Handle, head, 0);
            Disk.Flush(file.Handle);
            FaultHook.Reach(FaultPoints.RecoveryForgetting);
        }
    }

    private CommitFile Create()
    {
        // Not the number of files: one of them may have been lost, and its number is lower than that of another.
        string path = Enumerable.Range(0, MaxFiles).Select(PathOf).First(path => !_files.Exists(file => file.FilePath == path));
        var file = CommitFile.Create(path, FileBytes);
        _files.Add(file);
        FaultHook.Reach(FaultPoints.CommitFileCreated);
        Disk.FlushFolder(_folder);
        return file;
    }

    private string PathOf(int number) => Path.Combine(_folder, number.ToString("D2", CultureInfo.InvariantCulture) + Extension);
}
