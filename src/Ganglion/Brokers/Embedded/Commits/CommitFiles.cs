using System.Collections.Concurrent;
using System.Globalization;
using Ganglion.Brokers.Embedded.Storage;

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

    /// <param name="folder">Where the files lie; what they hold has been recovered.</param>
    public CommitFiles(string folder)
    {
        _folder = folder;
        foreach (string path in Find(folder))
        {
            var file = CommitFile.Open(path);
            _files.Add(file);
            _free.Add(file);
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

    /// <summary>Forgets the frames of all files: everything has reached the segments, and nothing is to be recovered.</summary>
    public void Clear()
    {
        byte[] nothing = new byte[CommitFrame.HeadSize];
        foreach (CommitFile file in _files)
        {
            Disk.Write(file.Handle, nothing, 0);
            Disk.Flush(file.Handle);
        }
    }

    public void Dispose()
    {
        _files.ForEach(static file => file.Dispose());
        _free.Dispose();
    }

    private CommitFile Create()
    {
        // Not the number of files: one of them may have been lost, and its number is lower than that of another.
        string path = Enumerable.Range(0, MaxFiles).Select(PathOf).First(path => !_files.Exists(file => file.FilePath == path));
        var file = CommitFile.Create(path, FileBytes);
        _files.Add(file);
        Disk.FlushFolder(_folder);
        return file;
    }

    private string PathOf(int number) => Path.Combine(_folder, number.ToString("D2", CultureInfo.InvariantCulture) + Extension);
}
