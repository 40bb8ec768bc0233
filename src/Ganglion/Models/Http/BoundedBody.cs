namespace Ganglion.Models.Http;

/// <summary>
/// The body of an answer, read with bounds: on all of it, on each item of it, and on the time in which nothing comes. Whatever goes wrong is a <see cref="ModelProviderException"/>.
/// </summary>
/// <param name="body">The body.</param>
/// <param name="provider">Makes the exceptions.</param>
/// <param name="patience">How long to wait.</param>
/// <param name="isStreamed">Whether the answer comes bit by bit, so that each bit is waited for by itself.</param>
internal sealed class BoundedBody(Stream body, ProviderFaults provider, Patience patience, bool isStreamed) : Stream
{
    public const int MaxItemBytes = 4 << 20;
    public const int MaxBytes = 64 << 20;

    private long _bytes;
    private long _itemBytes;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>An item is over, and another begins.</summary>
    public void BeginItem() => _itemBytes = 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        if (isStreamed)
        {
            patience.Begin();
        }

        try
        {
            read = await body.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException)
        {
            patience.ThrowIfGivenUp();
            throw exception is OperationCanceledException ? provider.TimedOut(exception) : provider.CutOff(exception);
        }

        if (isStreamed)
        {
            patience.Pause();
        }

        _bytes += read;
        _itemBytes += read;
        if (_bytes > MaxBytes || _itemBytes > MaxItemBytes)
        {
            throw provider.TooLarge();
        }

        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
