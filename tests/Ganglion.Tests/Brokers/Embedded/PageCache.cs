using System.Globalization;
using System.IO.MemoryMappedFiles;

namespace Ganglion.Tests.Brokers.Embedded;

/// <summary>What the operating system knows about a file and its disk does not know yet.</summary>
internal static class PageCache
{
    /// <summary>How many bytes of a file are written, and would be lost if the power failed now.</summary>
    public static long DirtyBytesOf(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length == 0)
        {
            return 0;
        }

        using var file = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        using MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        for (long position = 0; position < stream.Length; position += 4096)
        {
            view.ReadByte(position);
        }

        return File.ReadLines("/proc/self/smaps")
            .SkipWhile(line => !line.EndsWith(path, StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("VmFlags", StringComparison.Ordinal))
            .Where(line => line.StartsWith("Shared_Dirty:", StringComparison.Ordinal) || line.StartsWith("Private_Dirty:", StringComparison.Ordinal))
            .Sum(line => 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
    }
}
