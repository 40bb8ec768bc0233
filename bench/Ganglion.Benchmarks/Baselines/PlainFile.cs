using System.Diagnostics;
using Ganglion.Benchmarks.Harness;
using Microsoft.Win32.SafeHandles;

namespace Ganglion.Benchmarks.Baselines;

/// <summary>What the operating system does with a file when nobody is in between.</summary>
internal static class PlainFile
{
    /// <summary>Writes a new file sequentially, a block at a time, without flushing.</summary>
    /// <returns>Bytes per second.</returns>
    public static double Write(Settings settings, long bytes, int blockBytes)
    {
        using var folder = new TemporaryFolder(settings);
        byte[] block = Payload.Create(blockBytes);
        using SafeFileHandle file = Create(folder);
        long started = Stopwatch.GetTimestamp();
        for (long position = 0; position < bytes; position += block.Length)
        {
            RandomAccess.Write(file, block, position);
        }

        return bytes / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Appends blocks to a file, each followed by fsync.</summary>
    /// <returns>How long each write with its fsync took.</returns>
    public static Latencies WriteAndFlush(Settings settings, int count, int blockBytes)
    {
        using var folder = new TemporaryFolder(settings);
        byte[] block = Payload.Create(blockBytes);
        using SafeFileHandle file = Create(folder);
        var latencies = new Latencies();
        List<long> list = latencies.NewList(count);
        for (int i = 0; i < count; i++)
        {
            long started = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, block, (long)i * block.Length);
            RandomAccess.FlushToDisk(file);
            list.Add(Stopwatch.GetTimestamp() - started);
        }

        return latencies;
    }

    private static SafeFileHandle Create(TemporaryFolder folder) =>
        File.OpenHandle(folder.File("plain"), FileMode.CreateNew, FileAccess.Write, FileShare.None);
}
