using System.Diagnostics;
using System.Threading.Channels;

namespace Ganglion.Benchmarks.Baselines;

/// <summary>Callers that write to a channel and await a task that its reader completes: the least that a request and its reply cost.</summary>
internal static class ChannelRoundTrip
{
    /// <returns>Round trips per second.</returns>
    public static async Task<double> RunAsync(int callers, int count, CancellationToken cancellationToken)
    {
        Channel<TaskCompletionSource> channel =
            Channel.CreateBounded<TaskCompletionSource>(new BoundedChannelOptions(1024) { SingleReader = true });
        int each = count / callers;
        long started = Stopwatch.GetTimestamp();
        Task answering = Task.Run(() => AnswerAsync(channel.Reader, cancellationToken), cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => AskAsync(channel.Writer, each, cancellationToken), cancellationToken)));
        channel.Writer.Complete();
        await answering;
        return (double)each * callers / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task AskAsync(ChannelWriter<TaskCompletionSource> writer, int count, CancellationToken cancellationToken)
    {
        for (int i = 0; i < count; i++)
        {
            var reply = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await writer.WriteAsync(reply, cancellationToken);
            await reply.Task;
        }
    }

    private static async Task AnswerAsync(ChannelReader<TaskCompletionSource> reader, CancellationToken cancellationToken)
    {
        await foreach (TaskCompletionSource reply in reader.ReadAllAsync(cancellationToken))
        {
            reply.SetResult();
        }
    }
}
