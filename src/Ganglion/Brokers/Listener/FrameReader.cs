using System.Buffers;
using System.Buffers.Binary;

namespace Ganglion.Brokers.Listener;

/// <summary>
/// Reads what a client sends, cut into frames: four bytes with the length, and so many bytes. What is large goes from the socket to where
/// it stays; while a client is silent, no memory waits for it.
/// </summary>
/// <param name="stream">What the client sends.</param>
/// <param name="patience">How long it may take: until a frame begins, and then until it has come whole.</param>
internal sealed class FrameReader(Stream stream, Patience patience) : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    // So much is set aside on the word of the client, and then so many times what it has sent.
    private const int TrustedBytes = 64 * 1024;
    private const int TrustedTimes = 16;

    private byte[]? _buffer;
    private int _begin;
    private int _end;
    private bool _isWithinFrame;

    /// <summary>Reads how long the next frame is.</summary>
    /// <returns>What the client says; null if it has gone before it began another one.</returns>
    /// <exception cref="IOException">It is silent for too long, or has gone within the length.</exception>
    /// <exception cref="ClientStalledException">It does not send the rest of the length.</exception>
    public ValueTask<int?> ReadLengthAsync() => InTimeAsync(ReadLengthAsync);

    /// <summary>Reads a frame, whose length has been read.</summary>
    /// <param name="length">The length.</param>
    /// <returns>The frame, in memory that nobody else has.</returns>
    /// <exception cref="IOException">The client has gone within the frame.</exception>
    /// <exception cref="ClientStalledException">It does not send the rest of the frame.</exception>
    public ValueTask<byte[]> ReadAsync(int length) => InTimeAsync(token => ReadAsync(length, token));

    public void Dispose() => GiveBack();

    private static EndOfStreamException Cut() => new("It has closed the connection within a request.");

    private async ValueTask<T> InTimeAsync<T>(Func<CancellationToken, ValueTask<T>> read)
    {
        patience.Start();
        try
        {
            return await read(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsOver)
        {
            throw _isWithinFrame
                ? new ClientStalledException($"It has begun a request, and not sent the rest of it within {patience.Limit}.")
                : new IOException($"It has sent nothing for {patience.Limit}.");
        }
        finally
        {
            patience.Stop();
        }
    }

    private async ValueTask<int?> ReadLengthAsync(CancellationToken cancellationToken)
    {
        _isWithinFrame = _end > _begin;
        while (_end - _begin < sizeof(int))
        {
            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return _isWithinFrame ? throw Cut() : null;
            }

            _isWithinFrame = true;
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_begin));
        _begin += sizeof(int);
        return length;
    }

    private async ValueTask<byte[]> ReadAsync(int length, CancellationToken cancellationToken)
    {
        byte[] frame = GC.AllocateUninitializedArray<byte>(Math.Min(length, TrustedBytes));
        int read = Math.Min(frame.Length, _end - _begin);
        _buffer.AsSpan(_begin, read).CopyTo(frame);
        _begin += read;
        while (read < length)
        {
            if (read == frame.Length)
            {
                byte[] larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(length, (long)TrustedTimes * read));
                frame.CopyTo(larger, 0);
                frame = larger;
            }

            int more = await stream.ReadAsync(frame.AsMemory(read), cancellationToken).ConfigureAwait(false);
            read += more > 0 ? more : throw Cut();
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
