using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Journal;
using Microsoft.Extensions.Logging;

namespace Ganglion.Clients;

/// <summary>
/// Sends requests to agents from outside of any agent, and awaits the replies: one producer and one reader for all of the process, which
/// are opened with the first request. What waits is in memory only, and gone with the process.
/// </summary>
internal sealed partial class RequestClient : IAsyncDisposable
{
    // A key that cannot be written as it is would name another instance.
    private static readonly UTF8Encoding KeyEncoding = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IEventBroker _broker;
    private readonly string _source;
    private readonly RequestMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimerCallback _giveUp;
    private readonly Action<object?, CancellationToken> _cancel;
    private readonly InvocationId _self = new(new UInt128((ulong)Random.Shared.NextInt64(), (ulong)Random.Shared.NextInt64()));
    private readonly ConcurrentDictionary<int, PendingRequest> _pending = new();
    private readonly SemaphoreSlim _room;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _opening = new();
    private volatile Task<Connection>? _connection;
    private int _lastNumber;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="broker">Where the agents' inboxes are.</param>
    /// <param name="source">The source of the requests.</param>
    /// <param name="mostPending">How many requests may wait at the same time; who comes then waits for room.</param>
    /// <param name="metrics">Where replies are counted that nobody waits for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs.</param>
    public RequestClient(IEventBroker broker, string source, int mostPending, RequestMetrics metrics, TimeProvider time, ILogger logger)
    {
        _broker = broker;
        _source = source;
        _room = new SemaphoreSlim(mostPending);
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _giveUp = pending => GiveUp((PendingRequest)pending!, TimedOut(((PendingRequest)pending!).Name));
        _cancel = (pending, token) => GiveUp((PendingRequest)pending!, new OperationCanceledException(token));
    }

    /// <summary>Sends a request, and waits for its reply.</summary>
    /// <param name="callee">The instance.</param>
    /// <param name="request">What the request is called.</param>
    /// <param name="data">Its data.</param>
    /// <param name="timeout">How long to wait at most, room included; then the callee is told to give up.</param>
    /// <param name="cancellationToken">Ends the waiting, and tells the callee to give up.</param>
    /// <returns>The event that is the reply.</returns>
    /// <exception cref="RequestFailedException">The callee's handler has failed.</exception>
    /// <exception cref="RequestTimeoutException">No reply has come in time.</exception>
    /// <exception cref="ArgumentException">The instance's key is no text: it has half of a surrogate pair.</exception>
    public async ValueTask<CloudEvent> SendAsync(
        AgentId callee, string request, EventData? data, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long started = _time.GetTimestamp();
        Connection connection = _connection is { IsCompletedSuccessfully: true } opened
            ? opened.Result
            : await OpenAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!_room.Wait(0, CancellationToken.None))
        {
            await WaitForRoomAsync($"{request} of {callee}", timeout, cancellationToken).ConfigureAwait(false);
        }

        int number = Interlocked.Increment(ref _lastNumber) & int.MaxValue;
        try
        {
            PendingRequest pending = Register(number, connection.Partition, callee, request, data);
            Append(connection.Producer, pending);
            using CancellationTokenRegistration cancellation = cancellationToken.UnsafeRegister(_cancel, pending);
            using ITimer? clock = timeout == Timeout.InfiniteTimeSpan
                ? null
                : _time.CreateTimer(_giveUp, pending, Left(timeout, started), Timeout.InfiniteTimeSpan);
            return await pending.Task.ConfigureAwait(false);
        }
        finally
        {
            _pending.TryRemove(number, out _);
            _room.Release();
        }
    }

    /// <summary>Stops reading. Whoever still waits is told.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        EndPending("The host has stopped before the reply came.");

        if (_connection is { IsFaulted: false, IsCanceled: false } connection)
        {
            await (await connection.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }

        _metrics.Dispose();
    }

    // From here on its reply is looked for.
    private PendingRequest Register(int number, int partition, AgentId callee, string request, EventData? data)
    {
        var pending = new PendingRequest(number, callee, NewRequest(number, partition, request, data));
        _pending[number] = pending;

        // Whoever stops the client looks for what is pending after it has said so.
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        return pending;
    }

    private CloudEvent NewRequest(int number, int partition, string request, EventData? data)
    {
        string id = new RequestId(ClientInbox.Owner, partition, new OperationId(_self, number)).ToString();
        TraceContext trace = TraceContext.Of(Activity.Current);
        return new CloudEvent
        {
            Id = id,
            Source = _source,
            Type = request,
            Time = _time.GetUtcNow(),
            DataContentType = data?.ContentType,
            DataSchema = data?.Schema,
            Data = data?.Bytes,
            TraceParent = trace.TraceParent,
            TraceState = trace.TraceState,
            CheckedExtensions = new Dictionary<string, string>(1, StringComparer.Ordinal) { [RequestEvents.ReplyTo] = id },
        };
    }

    private void Append(IEventProducer producer, PendingRequest pending)
    {
        string topic = Inbox.TopicOf(pending.Callee.Type.Name);
        using Activity? activity = SendActivity.Start(topic, pending.Sent);
        Record record = EventCodec.Encode(pending.Sent, KeyEncoding.GetBytes(pending.Callee.Key), TraceContext.Of(Activity.Current));
        ValueTask<TopicPartitionOffset> appended = producer.AppendAsync(new ProducerRecord(topic, record), _stopping.Token);
        if (!appended.IsCompletedSuccessfully)
        {
            _ = TellIfRefusedAsync(appended, pending);
        }
    }

    // The reply tells that the request has arrived: only if it has not, there is something to tell.
    private static async Task TellIfRefusedAsync(ValueTask<TopicPartitionOffset> appended, PendingRequest pending)
    {
        try
        {
            await appended.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            pending.TrySetException(exception);
        }
    }

    private void GiveUp(PendingRequest pending, Exception reason)
    {
        if (_pending.TryRemove(pending.Number, out _) && pending.TrySetException(reason))
        {
            _ = CancelAsync(pending);
        }
    }

    // It is a courtesy: if it does not arrive, the callee does what it was asked to, and nobody looks at the reply.
    private async Task CancelAsync(PendingRequest pending)
    {
        try
        {
            var cancelled = new CloudEvent(RequestEvents.Cancelled, _source, _time);
            Connection connection = await _connection!.ConfigureAwait(false);
            await connection.Producer.AppendAsync(
                RequestEvents.ToCancellation(cancelled, pending.Callee, pending.Invocation), _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogNotCancelled(exception, pending.Name);
        }
    }

    private async Task WaitForRoomAsync(string name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken, _stopping.Token);
        try
        {
            await _room.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw TimedOut(name);
        }
    }

    private TimeSpan Left(TimeSpan timeout, long started)
    {
        TimeSpan left = timeout - _time.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static RequestTimeoutException TimedOut(string name) => new($"Nobody has answered '{name}' in time.");

    [LoggerMessage(160, LogLevel.Warning, "'{Request}' was given up, and the agent that was asked could not be told.")]
    private partial void LogNotCancelled(Exception exception, string request);
}
