using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Threading.Channels;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Security;

namespace Ganglion.Brokers.Listener;

/// <summary>
/// One client. Requests are begun one after the other, and answered in the order in which they came; only appends, which wait for the
/// disk, let the next request begin before they are answered.
/// </summary>
/// <param name="stream">What it sends and is sent.</param>
/// <param name="session">Where it comes from, and how far it has got in proving who it is.</param>
/// <param name="apis">What it can ask for.</param>
/// <param name="options">What it may do.</param>
internal sealed class Connection(Stream stream, ClientSession session, ApiTable apis, KafkaListenerOptions options)
{
    // The header of a client without a name.
    private const int MinRequestBytes = 10;

    // More than any client needs to prove who it is: nobody else is to fill the memory.
    private const int MaxUnauthenticatedBytes = 64 * 1024;

    // A handshake of any version of TLS begins so.
    private const int TlsHandshake = 0x1603;

    // So many answers wait at most for those before them: then no more is read.
    private const int MaxUnanswered = 16;

    /// <summary>Serves the client until it goes.</summary>
    /// <param name="cancellationToken">Disconnects it.</param>
    /// <exception cref="MalformedRequestException">It has sent what is no request.</exception>
    /// <exception cref="ClientRefusedException">It asks for something before it has proved who it is.</exception>
    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<PendingResponse> pending = Channel.CreateBounded<PendingResponse>(
            new BoundedChannelOptions(MaxUnanswered) { SingleReader = true, SingleWriter = true });
        Task answering = AnswerAsync(pending.Reader, gone);
        PipeReader requests = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            while (session.Refusal is null && await ReadFrameAsync(requests, gone.Token).ConfigureAwait(false) is { } frame)
            {
                PendingResponse response = session.SendsBareTokens
                    ? await TakeTokenAsync(frame, gone.Token).ConfigureAwait(false)
                    : await BeginAsync(frame, gone.Token).ConfigureAwait(false);
                await pending.Writer.WriteAsync(response, gone.Token).ConfigureAwait(false);
            }

            if (session.Refusal is not null)
            {
                // It is told so before it is disconnected.
                pending.Writer.Complete();
                await answering.ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // Disconnected, or the client takes no answers any more.
        }
        finally
        {
            pending.Writer.TryComplete();
            await gone.CancelAsync().ConfigureAwait(false);
            await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await requests.CompleteAsync().ConfigureAwait(false);
        }

        if (answering.IsFaulted)
        {
            await answering.ConfigureAwait(false);
        }
    }

    // What is handed on outlives the buffer it was read into: record batches are kept as they came.
    private async ValueTask<byte[]?> ReadFrameAsync(PipeReader requests, CancellationToken cancellationToken)
    {
        if (await ReadAtLeastAsync(requests, 4, cancellationToken).ConfigureAwait(false) is not { } start)
        {
            return null;
        }

        int length = ReadInt32(start.Slice(0, 4));
        int least = session.SendsBareTokens ? 1 : MinRequestBytes;
        int most = session.IsAuthenticated ? options.MaxRequestBytes : Math.Min(options.MaxRequestBytes, MaxUnauthenticatedBytes);
        if (length < least || length > most)
        {
            throw new MalformedRequestException(
                length >> 16 == TlsHandshake
                    ? $"It speaks TLS, and the listener does not. Let its security.protocol be one without SSL, or set {nameof(options.Tls)} of the listener."
                    : $"A request of {length} bytes is announced; it has {least} at least, and {most} at most are read.");
        }

        requests.AdvanceTo(start.GetPosition(4));
        if (await ReadAtLeastAsync(requests, length, cancellationToken).ConfigureAwait(false) is not { } body)
        {
            return null;
        }

        byte[] frame = GC.AllocateUninitializedArray<byte>(length);
        body.Slice(0, length).CopyTo(frame);
        requests.AdvanceTo(body.GetPosition(length));
        return frame;
    }

    private async ValueTask<ReadOnlySequence<byte>?> ReadAtLeastAsync(PipeReader requests, int bytes, CancellationToken cancellationToken)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        idle.CancelAfter(options.IdleTimeout);
        ReadResult read;
        try
        {
            read = await requests.ReadAtLeastAsync(bytes, idle.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        return read.Buffer.Length >= bytes ? read.Buffer : null;
    }

    private static int ReadInt32(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> copy = stackalloc byte[4];
        bytes.CopyTo(copy);
        return BinaryPrimitives.ReadInt32BigEndian(copy);
    }

    private async ValueTask<PendingResponse> TakeTokenAsync(byte[] token, CancellationToken cancellationToken)
    {
        (ErrorCode error, byte[] answer) = await session.ProveAsync(token, cancellationToken).ConfigureAwait(false);
        var writer = new WireWriter();
        writer.WriteRaw(answer);
        return new PendingResponse(writer, Task.FromResult(error == ErrorCode.None));
    }

    private async ValueTask<PendingResponse> BeginAsync(byte[] frame, CancellationToken cancellationToken)
    {
        var reader = new WireReader(frame);
        short key = reader.ReadInt16();
        short version = reader.ReadInt16();
        int correlationId = reader.ReadInt32();
        string? clientId = reader.ReadPlainNullableString();
        var writer = new WireWriter();
        writer.WriteInt32(correlationId);
        if (apis.Find(key, version) is not { } api)
        {
            // Whoever asks for the versions with a version that is too new is told which there are, in the oldest form (KIP-511).
            apis.WriteUnsupported(key, version, writer);
            return new PendingResponse(writer, Task.FromResult(true));
        }

        if (!session.IsAuthenticated && !api.IsForAnybody)
        {
            writer.Dispose();
            throw new ClientRefusedException(
                $"It asks for {api.Key} before it has proved who it is. Let its security.protocol be {(options.Tls is null ? "SASL_PLAINTEXT" : "SASL_SSL")}, with user and password.");
        }

        reader.IsFlexible = api.IsFlexible(version);
        reader.SkipTags();
        writer.IsFlexible = api.HasFlexibleHeader(version);
        writer.WriteTags();
        writer.IsFlexible = reader.IsFlexible;
        var request = new ApiRequest(version, clientId, session, reader);
        try
        {
            return new PendingResponse(writer, await api.BeginAsync(request, writer, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private async Task AnswerAsync(ChannelReader<PendingResponse> pending, CancellationTokenSource gone)
    {
        byte[] length = new byte[4];
        try
        {
            await foreach ((WireWriter writer, Task<bool> written) in pending.ReadAllAsync(gone.Token).ConfigureAwait(false))
            {
                using WireWriter response = writer;
                if (await written.ConfigureAwait(false))
                {
                    BinaryPrimitives.WriteInt32BigEndian(length, checked((int)response.Length));
                    await SendAsync(length, response.Finish(), gone.Token).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            // Nobody reads any more: nothing further is to be begun.
            await gone.CancelAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> length, IReadOnlyList<ReadOnlyMemory<byte>> chunks, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(length, cancellationToken).ConfigureAwait(false);
        foreach (ReadOnlyMemory<byte> chunk in chunks)
        {
            await stream.WriteAsync(chunk, cancellationToken).ConfigureAwait(false);
        }

        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private readonly record struct PendingResponse(WireWriter Writer, Task<bool> Written);
}
