using Microsoft.Win32.SafeHandles;

namespace Ganglion.Brokers.Embedded.Storage;

// Everything that the broker writes is written here: .NET has two errors for a file that may not grow which say nothing of the disk.
internal static partial class Disk
{
    /// <summary>What an <see cref="IOException"/> has whose cause .NET does not tell.</summary>
    private const int Untold = unchecked((int)0x80131620);

    /// <summary>Writes all bytes at a position.</summary>
    /// <exception cref="IOException">They do not fit, or the disk refuses them.</exception>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        try
        {
            RandomAccess.Write(file, bytes, position);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw TooLarge(exception);
        }
    }

    /// <summary>Writes parts one behind the other, with one call of the system if it takes them.</summary>
    /// <exception cref="IOException">They do not fit, or the disk refuses them.</exception>
    public static void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> parts, long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        try
        {
            RandomAccess.Write(file, parts, position);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw TooLarge(exception);
        }
    }

    /// <summary>Makes a file so long.</summary>
    /// <exception cref="IOException">It may not become so long, or the disk refuses it.</exception>
    public static void SetLength(SafeFileHandle file, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        try
        {
            RandomAccess.SetLength(file, length);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw TooLarge(exception);
        }
    }

    /// <summary>Makes a file of a length whose space is reserved.</summary>
    /// <exception cref="IOException">There is no room, or the disk refuses it.</exception>
    public static SafeFileHandle Reserve(string path, long length)
    {
        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, preallocationSize: length);
        }
        catch (IOException exception) when (exception.HResult == Untold)
        {
            throw new IOException(exception.Message, exception) { HResult = NoSpaceLeft };
        }

        try
        {
            SetLength(file, length);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a file from its beginning, in place of what it held.</summary>
    /// <param name="path">Where.</param>
    /// <param name="content">All of it.</param>
    /// <param name="flush">Whether it is on the disk when this returns.</param>
    /// <exception cref="IOException">It does not fit, or the disk refuses it.</exception>
    public static void WriteFile(string path, ReadOnlySpan<byte> content, bool flush = false)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        Write(file, content, 0);
        if (flush)
        {
            RandomAccess.FlushToDisk(file);
        }
    }

    /// <summary>Writes over the beginning of a file that is there, which takes no more room; it is on the disk when this returns.</summary>
    /// <exception cref="IOException">The file is not there, or the disk refuses it.</exception>
    public static void Overwrite(string path, ReadOnlySpan<byte> content)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        Write(file, content, 0);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>.NET takes a limit on the size of files for a wrong argument.</summary>
    private static IOException TooLarge(ArgumentOutOfRangeException exception) => new(exception.Message, exception) { HResult = FileTooLarge };
}
