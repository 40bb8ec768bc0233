using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text;
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
/// <param name="metrics">Told how long it is kept waiting.</param>
/// <param name="time">The clock.</param>
internal sealed class Connection(
    Stream stream, ClientSession session, ApiTable apis, KafkaListenerOptions options, ListenerMetrics metrics, TimeProvider time)
{
    // The header of a client without a name.
    private const int MinRequestBytes = 10;

    // More than any client needs to prove who it is: nobody else is to fill the memory.
    private const int MaxUnauthenticatedBytes = 64 * 1024;

    // A handshake of any version of TLS begins so.
    private const int TlsHandshake = 0x1603;

    // The first four letters of what a browser, or whatever else speaks HTTP, begins with.
    private static readonly FrozenSet<int> HttpMethods = new[] { "GET ", "HEAD", "POST", "PUT ", "PATC", "DELE", "OPTI", "CONN", "PRI " }
        .Select(letters => BinaryPrimitives.ReadInt32BigEndian(Encoding.ASCII.GetBytes(letters))).ToFrozenSet();

    // So many answers wait at most for those before them: then no more is read.
    private const int MaxUnanswered = 16;

    // An answer that is larger is taken by the client before anything else is begun for it: who takes none is not to fill the memory.
    private const int LargeAnswerBytes = 256 * 1024;

    /// <summary>Serves the client until it goes.</summary>
    /// <param name="cancellationToken">Disconnects it.</param>
    /// <exception cref="MalformedRequestException">It has sent what is no request.</exception>
    /// <exception cref="ClientRefusedException">It asks for something before it has proved who it is.</exception>
    /// <exception cref="ClientStalledException">It does not send the rest of a request, or does not take an answer.</exception>
    /// <exception cref="IOException">It has gone, or sends nothing any more.</exception>
    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<PendingResponse> pending = Channel.CreateBounded<PendingResponse>(
            new BoundedChannelOptions(MaxUnanswered) { SingleReader = true, SingleWriter = true });
        Task answering = AnswerAsync(pending.Reader, gone);
        using var patience = new Patience(options.IdleTimeout, time, gone.Token);
        using var frames = new FrameReader(stream, patience);
        try
        {
            while (session.Refusal is null && await ReadFrameAsync(frames).ConfigureAwait(false) is { } frame)
            {
                PendingResponse response = session.SendsBareTokens
                    ? await TakeTokenAsync(frame, gone.Token).ConfigureAwait(false)
                    : await BeginAsync(frame, gone.Token).ConfigureAwait(false);
                await QueueAsync(pending.Writer, response, gone.Token).ConfigureAwait(false);
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
            while (pending.Reader.TryRead(out PendingResponse response))
            {
                await response.DropAsync().ConfigureAwait(false);
            }
        }

        if (answering.IsFaulted)
        {
            await answering.ConfigureAwait(false);
        }
    }

    // Null: the client has gone.
    private async ValueTask<byte[]?> ReadFrameAsync(FrameReader frames)
    {
        if (await frames.ReadLengthAsync().ConfigureAwait(false) is not { } length)
        {
            return null;
        }

        CheckLength(length);
        return await frames.ReadAsync(length).ConfigureAwait(false);
    }

    private void CheckLength(int length)
    {
        int least = session.SendsBareTokens ? 1 : MinRequestBytes;
        int most = session.IsAuthenticated ? options.MaxRequestBytes : Math.Min(options.MaxRequestBytes, MaxUnauthenticatedBytes);
        if (length < least || length > most)
        {
            throw new MalformedRequestException(
                length >> 16 == TlsHandshake ? $"It speaks TLS, and the listener does not. Let its security.protocol be one without SSL, or set {nameof(options.Tls)} of the listener."
                : HttpMethods.Contains(length) ? "It speaks HTTP. Let it ask where the HTTP API listens, which is another port."
                : $"A request of {length} bytes is announced; it has {least} at least, and {most} at most are read.");
        }
    }

    private async ValueTask<PendingResponse> TakeTokenAsync(byte[] token, CancellationToken cancellationToken)
    {
        long begun = metrics.Begin();
        (ErrorCode error, byte[] answer) = await session.ProveAsync(token, cancellationToken).ConfigureAwait(false);
        WireWriter writer = WireWriter.ForFrame();
        writer.WriteRaw(answer);
        return new PendingResponse(ApiKey.SaslAuthenticate, begun, writer, Task.FromResult(error == ErrorCode.None));
    }

    private async ValueTask<PendingResponse> BeginAsync(byte[] frame, CancellationToken cancellationToken)
    {
        long begun = metrics.Begin();
        WireWriter writer = WireWriter.ForFrame();
        try
        {
            var reader = new WireReader(frame);
            short key = reader.ReadInt16();
            BegunRequest request = await BeginAsync(key, reader, writer, cancellationToken).ConfigureAwait(false);
            return new PendingResponse((ApiKey)key, begun, writer, request.HasResponse);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private async ValueTask<BegunRequest> BeginAsync(short key, WireReader reader, WireWriter writer, CancellationToken cancellationToken)
    {
        short version = reader.ReadInt16();
        int correlationId = reader.ReadInt32();
        string? clientId = reader.ReadPlainNullableString();
        writer.WriteInt32(correlationId);
        if (apis.Find(key, version) is not { } api)
        {
            // Whoever asks for the versions with a version that is too new is told which there are, in the oldest form (KIP-511).
            apis.WriteUnsupported(key, version, writer);
            return BegunRequest.Responded;
        }

        if (!session.IsAuthenticated && !api.IsForAnybody)
        {
            throw new ClientRefusedException(
                $"It asks for {api.Key} before it has proved who it is. Let its security.protocol be {(options.Tls is null ? "SASL_PLAINTEXT" : "SASL_SSL")}, with user and password.");
        }

        reader.IsFlexible = api.IsFlexible(version);
        reader.SkipTags();
        writer.IsFlexible = api.HasFlexibleHeader(version);
        writer.WriteTags();
        writer.IsFlexible = reader.IsFlexible;
        return await api.BeginAsync(new ApiRequest(version, clientId, session, reader), writer, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask QueueAsync(ChannelWriter<PendingResponse> pending, PendingResponse response, CancellationToken cancellationToken)
    {
        bool isLarge = response.Written.IsCompleted && response.Writer.Length > LargeAnswerBytes;
        response = response with { Sent = isLarge ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null };
        try
        {
            await pending.WriteAsync(response, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await response.DropAsync().ConfigureAwait(false);
            throw;
        }

        if (response.Sent is { } sent)
        {
            await sent.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(ChannelReader<PendingResponse> pending, CancellationTokenSource gone)
    {
        using var patience = new Patience(options.IdleTimeout, time, gone.Token);
        try
        {
            await foreach (PendingResponse answer in pending.ReadAllAsync(gone.Token).ConfigureAwait(false))
            {
                using WireWriter response = answer.Writer;
                if (await answer.Written.ConfigureAwait(false))
                {
                    await SendAsync(response, patience).ConfigureAwait(false);
                    metrics.Answered(answer.Request, answer.Begun);
                    answer.Sent?.SetResult();
                }
            }
        }
        finally
        {
            // Nobody reads any more: nothing further is to be begun.
            await gone.CancelAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask SendAsync(WireWriter response, Patience patience)
    {
        try
        {
            foreach (ReadOnlyMemory<byte> chunk in response.FinishFrame())
            {
                patience.Start();
                await stream.WriteAsync(chunk, patience.Token).ConfigureAwait(false);
            }

            await stream.FlushAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsOver)
        {
            throw new ClientStalledException($"It has not taken an answer of {response.Length} bytes, or a part of it, within {patience.Limit}.");
        }
        finally
        {
            patience.Stop();
        }
    }

    /// <summary>An answer in its place.</summary>
    /// <param name="Request">What it answers.</param>
    /// <param name="Begun">When that came, as <see cref="ListenerMetrics.Begin"/> has told.</param>
    /// <param name="Writer">The answer.</param>
    /// <param name="Written">Completes when it is written, and tells whether there is one.</param>
    private readonly record struct PendingResponse(ApiKey Request, long Begun, WireWriter Writer, Task<bool> Written)
    {
        /// <summary>Completed when it is sent; null if nobody waits for that.</summary>
        public TaskCompletionSource? Sent { get; init; }

        /// <summary>Nobody waits for it any more. Whatever became of it, nobody need know.</summary>
        public async ValueTask DropAsync()
        {
            await ((Task)Written).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Writer.Dispose();
        }
    }
}
