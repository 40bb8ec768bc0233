using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>The few things that a log asks of the operating system, with its errors in words.</summary>
internal static partial class Disk
{
    /// <summary>The code of a failed <see cref="Flush"/>.</summary>
    public const string FlushFailed = "storage-flush-failed";

    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;
    private const int FileTooLarge = 27;
    private const int ReadOnlyFileSystem = 30;
    private const uint BeginWriting = 2;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Waits until a file's data is on the disk, with as much metadata as reading it back needs.</summary>
    /// <exception cref="StorageException">
    /// It is not (<c>storage-flush-failed</c>). Trying again is no remedy: the system may have forgotten what it could not write.
    /// </exception>
    public static void Flush(SafeFileHandle file)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                RandomAccess.FlushToDisk(file);
            }
            else if (FlushData(file) != 0)
            {
                throw new IOException(Marshal.GetLastPInvokeErrorMessage(), Marshal.GetLastPInvokeError());
            }
        }
        catch (IOException exception)
        {
            throw new StorageException(
                FlushFailed,
                $"The disk has not taken what was written: {exception.Message}. Check the disk and open the data folder again; the commit log "
                + "restores what was acknowledged.",
                exception);
        }
    }

    /// <summary>Lets the system begin to write a part of a file, so that a later flush has little left to wait for. A hint: may do nothing.</summary>
    public static void BeginFlush(SafeFileHandle file, long position, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SyncFileRange(file, position, length, BeginWriting);
        }
    }

    /// <summary>Waits until the names in a folder are on the disk: files made, renamed and removed.</summary>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using SafeFileHandle folder = Open(path, flags: 0);
        if (folder.IsInvalid || SyncFolder(folder) != 0)
        {
            throw new IOException($"Flushing the folder '{path}' failed: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Whether an error says that there is no room on the disk.</summary>
    public static bool IsFull(IOException exception) => exception.HResult is NoSpaceLeft or QuotaExceeded or WindowsDiskFull;

    /// <summary>Says what an error of the operating system means to an operator.</summary>
    public static StorageException Explain(Exception exception, string path) => exception switch
    {
        StorageException already => already,
        UnauthorizedAccessException => new StorageException(
            "storage-read-only", $"'{path}' cannot be written: access is denied. Grant this process write access to the data folder.", exception),
        IOException full when IsFull(full) => new StorageException(
            "storage-full", $"'{path}' cannot be written: the disk is full. Make room; the broker goes on by itself.", exception),
        { HResult: FileTooLarge } => new StorageException(
            "storage-full",
            $"'{path}' cannot be written: a file in it may not grow any further. Raise the limit on the size of files (ulimit -f); the broker "
            + "goes on by itself.",
            exception),
        { HResult: ReadOnlyFileSystem } => new StorageException(
            "storage-read-only", $"'{path}' cannot be written: the file system is read-only. Mount it writable.", exception),
        _ => new StorageException("storage-failed", $"'{path}' cannot be accessed: {exception.Message}", exception),
    };

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FlushData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncFolder(SafeFileHandle folder);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
