using Ganglion.Brokers.Embedded.Storage;
using Microsoft.Win32.SafeHandles;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// One file of the commit log. Its space is reserved once; when its frames are no longer needed it is written over from the
/// beginning, because writing over what exists is cheaper than making files grow.
/// </summary>
internal sealed class CommitFile : IDisposable
{
    private int _pending;
    private volatile bool _full;

    private CommitFile(string path, SafeFileHandle handle)
    {
        FilePath = path;
        Handle = handle;
    }

    public string FilePath { get; }

    public SafeFileHandle Handle { get; }

    /// <summary>Makes a file of its full length, so that the usual write does not change it; only a round that is larger makes it grow.</summary>
    public static CommitFile Create(string path, long size) => new(path, Disk.Reserve(path, size));

    public static CommitFile Open(string path) => new(path, File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read));

    /// <summary>Whether it is full, and everything in it was written to the segments.</summary>
    public bool IsSpent => _full && Volatile.Read(ref _pending) == 0;

    /// <summary>A round lies here that is still to be written to the segments.</summary>
    public void Retain() => Interlocked.Increment(ref _pending);

    /// <summary>A round that lies here was written to the segments.</summary>
    public void Release() => Interlocked.Decrement(ref _pending);

    /// <summary>No round is added any more.</summary>
    public void MarkFull() => _full = true;

    /// <summary>Begins anew.</summary>
    public void Recycle() => _full = false;

    public void Dispose() => Handle.Dispose();
}
