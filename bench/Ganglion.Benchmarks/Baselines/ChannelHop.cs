using System.Diagnostics;
using System.Threading.Channels;

namespace Ganglion.Benchmarks.Baselines;

/// <summary>Hands objects from one task to another through a bounded channel: the least that any dispatch costs.</summary>
internal static class ChannelHop
{
    /// <returns>Hops per second.</returns>
    public static async Task<double> RunAsync(int count, CancellationToken cancellationToken)
    {
        Channel<object> channel = Channel.CreateBounded<object>(new BoundedChannelOptions(1024) { SingleReader = true, SingleWriter = true });
        object item = new();
        long started = Stopwatch.GetTimestamp();
        Task reading = Task.Run(() => ReadAsync(channel.Reader, cancellationToken), cancellationToken);
        await Task.Run(() => WriteAsync(channel.Writer, item, count, cancellationToken), cancellationToken);
        await reading;
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task WriteAsync(ChannelWriter<object> writer, object item, int count, CancellationToken cancellationToken)
    {
        for (int i = 0; i < count; i++)
        {
            if (!writer.TryWrite(item))
            {
                await writer.WriteAsync(item, cancellationToken);
            }
        }

        writer.Complete();
    }

    private static async Task ReadAsync(ChannelReader<object> reader, CancellationToken cancellationToken)
    {
        while (await reader.WaitToReadAsync(cancellationToken))
        {
            while (reader.TryRead(out _))
            {
            }
        }
    }
}
