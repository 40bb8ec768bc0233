using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Ganglion.Cli.Commands;

/// <summary>
/// Reads lines as bytes, all that have arrived together at a time: a person's line goes out at once, and a file's go in batches.
/// </summary>
internal static class InputLines
{
    private const int MaxBatchLines = 1_000;
    private const int MaxBatchBytes = 1024 * 1024;
    private const int MaxLineBytes = 16 * 1024 * 1024;

    public static async IAsyncEnumerable<IReadOnlyList<byte[]>> ReadAsync(
        Stream input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PipeReader reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        while (true)
        {
            // A read from a keyboard or a pipe cannot be called back: Ctrl-C leaves it behind.
            ReadResult result = await reader.ReadAsync(cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> rest = result.Buffer;
            while (TakeBatch(ref rest, result.IsCompleted) is { Count: > 0 } batch)
            {
                yield return batch;
            }

            if (result.IsCompleted)
            {
                yield break;
            }

            if (rest.Length > MaxLineBytes)
            {
                throw new CliException($"A line of the input exceeds {MaxLineBytes} bytes.");
            }

            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static List<byte[]> TakeBatch(ref ReadOnlySequence<byte> rest, bool isLast)
    {
        var batch = new List<byte[]>();
        int bytes = 0;
        while (batch.Count < MaxBatchLines && bytes < MaxBatchBytes && TakeLine(ref rest, isLast) is { } line)
        {
            batch.Add(line);
            bytes += line.Length;
        }

        return batch;
    }

    private static byte[]? TakeLine(ref ReadOnlySequence<byte> rest, bool isLast)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            byte[] line = rest.Slice(0, end).ToArray();
            rest = rest.Slice(rest.GetPosition(1, end));
            return line is [.. var text, (byte)'\r'] ? text : line;
        }

        if (!isLast || rest.IsEmpty)
        {
            return null;
        }

        byte[] unended = rest.ToArray();
        rest = rest.Slice(rest.End);
        return unended;
    }
}
