using System.Buffers;
using System.Buffers.Binary;

namespace Ganglion.Brokers.Listener;

/// <summary>
/// Reads what a client sends, cut into frames: four bytes with the length, and so many bytes. What is large goes from the socket to where
/// it stays; while a client is silent, no memory waits for it.
/// </summary>
/// <param name="stream">What the client sends.</param>
/// <param name="idleTimeout">After which it counts as gone: without the beginning of a frame, and then without the rest.</param>
/// <param name="time">The clock.</param>
internal sealed class FrameReader(Stream stream, TimeSpan idleTimeout, TimeProvider time) : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    // No more is set aside on the word of the client, before it has sent as much.
    private const int TrustedBytes = 2 * 1024 * 1024;

    private readonly CancellationTokenSource _idle = new(Timeout.InfiniteTimeSpan, time);
    private byte[]? _buffer;
    private int _begin;
    private int _end;

    /// <summary>Reads how long the next frame is.</summary>
    /// <returns>What the client says; null if it has gone.</returns>
    public ValueTask<int?> ReadLengthAsync(CancellationToken cancellationToken) => InTimeAsync<int?>(ReadLengthCoreAsync, cancellationToken);

    /// <summary>Reads a frame, whose length has been read.</summary>
    /// <param name="length">The length.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The frame, in memory that nobody else has; null if the client has gone.</returns>
    public ValueTask<byte[]?> ReadAsync(int length, CancellationToken cancellationToken) =>
        InTimeAsync(token => ReadCoreAsync(length, token), cancellationToken);

    public void Dispose()
    {
        GiveBack();
        _idle.Dispose();
    }

    private async ValueTask<T?> InTimeAsync<T>(Func<CancellationToken, ValueTask<T?>> read, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_idle.Token, cancellationToken);
        _idle.CancelAfter(idleTimeout);
        try
        {
            return await read(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return default;
        }
        finally
        {
            _idle.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    private async ValueTask<int?> ReadLengthCoreAsync(CancellationToken cancellationToken)
    {
        while (_end - _begin < sizeof(int))
        {
            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_begin));
        _begin += sizeof(int);
        return length;
    }

    private async ValueTask<byte[]?> ReadCoreAsync(int length, CancellationToken cancellationToken)
    {
        byte[] frame = GC.AllocateUninitializedArray<byte>(Math.Min(length, TrustedBytes));
        int read = Math.Min(length, _end - _begin);
        _buffer.AsSpan(_begin, read).CopyTo(frame);
        _begin += read;
        while (read < length)
        {
            if (read == frame.Length)
            {
                byte[] larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(length, 2L * frame.Length));
                frame.CopyTo(larger, 0);
                frame = larger;
            }

            int more = await stream.ReadAsync(frame.AsMemory(read), cancellationToken).ConfigureAwait(false);
            if (more == 0)
            {
                return null;
            }

            read += more;
        }

        return frame;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_begin == _end)
        {
            GiveBack();
            await stream.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        }
        else if (_end == _buffer!.Length)
        {
            _buffer.AsSpan(_begin, _end - _begin).CopyTo(_buffer);
            _end -= _begin;
            _begin = 0;
        }

        int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }

    private void GiveBack()
    {
        if (_buffer is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _buffer = null;
        _begin = _end = 0;
    }
}
