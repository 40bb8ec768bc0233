using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Control;
using Ganglion.Events;
using Ganglion.State;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Models.Caching;

/// <summary>
/// Answers of models that all processes share: they lie on a compacted topic. A process follows it, knows where the newest lie, and has those in memory that were used last. A topic that cannot be
/// read or written is passed by, with a warning: then models are asked. In a host it is a service. Thread-safe.
/// </summary>
public sealed partial class ModelCache : IAsyncDisposable
{
    private const string Kept = "model_answer_kept";
    private const int MostWrites = 64;

    // Who asks a model has time, but not for what may hang.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WritePatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(30);

    private readonly IEventBroker _broker;
    private readonly ModelCacheOptions _options;
    private readonly string _source;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ControlTopic _topic;
    private readonly Lock _lock = new();
    private readonly AnswerIndex _index;
    private readonly AnswerMemory _memory;
    private readonly ConcurrentDictionary<Task, bool> _writes = [];
    private readonly SemaphoreSlim _roomToWrite = new(MostWrites);
    private readonly CancellationTokenSource _stopping = new();
    private PartitionReader _reader;
    private Task? _caughtUp;
    private long _openedAt;
    private long? _readsAgainAt;
    private long? _writesAgainAt;

    /// <summary>Opens the answers of a broker. Nothing is read or written yet.</summary>
    /// <param name="broker">The broker; it stays the caller's.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">How much is kept.</param>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public ModelCache(IEventBroker broker, TimeProvider time, ModelCacheOptions? options = null)
        : this(broker, options, "/ganglion", time, NullLogger.Instance, meters: null)
    {
    }

    internal ModelCache(IEventBroker broker, ModelCacheOptions? options, string source, TimeProvider time, ILogger logger, IMeterFactory? meters)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(time);
        _broker = broker;
        _options = ModelCacheOptions.Check(options);
        _source = source;
        _time = time;
        _logger = logger;
        _index = new AnswerIndex(_options.MaxAnswers);
        _memory = new AnswerMemory(_options.MemoryBytes);
        _reader = OpenReader();
        Metrics = new ModelCacheMetrics(meters, () =>
        {
            lock (_lock)
            {
                return _memory.Bytes;
            }
        });
        var settings = new TopicSettings
        {
            Partitions = 1,
            Cleanup = CleanupPolicy.Compact | CleanupPolicy.Delete,
            Retention = _options.Retention,
            RetentionBytes = _options.TopicBytes,
            SegmentBytes = (int)Math.Clamp(_options.TopicBytes / 8, 1024 * 1024, 64 * 1024 * 1024),
        };
        _topic = new ControlTopic(broker, _options.Topic, Apply, time, logger, settings);
    }

    /// <summary>How many bytes an answer may have.</summary>
    internal int AnswerBytes => _options.AnswerBytes;

    internal ModelCacheMetrics Metrics { get; }

    /// <summary>The calls that are on their way, by their key: who asks the same meanwhile gets their answer.</summary>
    internal ConcurrentDictionary<string, SharedCall> Calls { get; } = new(StringComparer.Ordinal);

    /// <summary>Looks an answer up in memory.</summary>
    internal KeptAnswer? Recall(string key, TimeSpan maxAge)
    {
        if (!CacheKey.TryShorten(key, out UInt128 id))
        {
            return null;
        }

        lock (_lock)
        {
            return _memory.Find(id) is { } found && IsFresh(found.Time, maxAge) ? found : null;
        }
    }

    /// <summary>Looks an answer up in memory and on the topic. If that cannot be read, there is none.</summary>
    internal async ValueTask<KeptAnswer?> FindAsync(string key, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        if (Recall(key, maxAge) is { } known)
        {
            return known;
        }

        if (!CacheKey.TryShorten(key, out UInt128 id) || IsPassedBy(ref _readsAgainAt))
        {
            return null;
        }

        try
        {
            await CatchUpAsync(cancellationToken).ConfigureAwait(false);
            return TryLocate(id, maxAge, out long offset) ? await ReadAsync(key, id, offset, cancellationToken).ConfigureAwait(false) : null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Fail(exception, ref _readsAgainAt);
            LogUnread(exception, _options.Topic, PauseAfterFault);
            return null;
        }
    }

    /// <summary>Keeps an answer: at once in memory, and behind it on the topic. If it cannot be written there, it is not.</summary>
    internal void Keep(string key, byte[] json)
    {
        if (json.Length > _options.AnswerBytes || !CacheKey.TryShorten(key, out UInt128 id))
        {
            return;
        }

        DateTimeOffset now = _time.GetUtcNow();
        lock (_lock)
        {
            _memory.Set(id, new KeptAnswer(json, now));
        }

        if (_stopping.IsCancellationRequested || IsPassedBy(ref _writesAgainAt) || !_roomToWrite.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            return;
        }

        Task writing = Task.Run(() => WriteAsync(key, json, now), CancellationToken.None);
        _writes[writing] = true;
        _ = writing.ContinueWith(done => _writes.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Forgets an answer that cannot be read.</summary>
    internal void Drop(string key, Exception fault)
    {
        Metrics.Failed(fault);
        LogMalformed(fault, key, _options.Topic);
        if (CacheKey.TryShorten(key, out UInt128 id))
        {
            lock (_lock)
            {
                _memory.Remove(id);
                _index.Remove(id);
            }
        }
    }

    /// <summary>Says of an answer that it cannot be kept.</summary>
    internal void Refuse(Exception fault)
    {
        Metrics.Failed(fault);
        LogUnkept(fault, _options.Topic);
    }

    /// <summary>Waits a moment for what is being written, and follows the topic no more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_writes.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _topic.DisposeAsync().ConfigureAwait(false);
        await _reader.DisposeAsync().ConfigureAwait(false);
        Metrics.Dispose();
    }

    private bool IsFresh(DateTimeOffset time, TimeSpan maxAge) => _time.GetUtcNow() - time <= maxAge;

    private bool TryLocate(UInt128 id, TimeSpan maxAge, out long offset)
    {
        lock (_lock)
        {
            (long Offset, DateTimeOffset Time)? found = _index.Find(id);
            offset = found?.Offset ?? 0;
            return found is { } answer && IsFresh(answer.Time, maxAge);
        }
    }

    // The first wait for what lies on the topic, but nobody waits long.
    private async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        Task caughtUp;
        lock (_lock)
        {
            if (_caughtUp is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _openedAt = _time.GetTimestamp();
                _caughtUp = _topic.CatchUpAsync(_stopping.Token).AsTask();
            }

            caughtUp = _caughtUp;
        }

        TimeSpan left = Patience - _time.GetElapsedTime(_openedAt);
        if (!caughtUp.IsCompleted && left > TimeSpan.Zero)
        {
            await Task.WhenAny(caughtUp, Task.Delay(left, _time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (caughtUp.IsFaulted)
        {
            await caughtUp.ConfigureAwait(false);
        }
    }

    private async ValueTask<KeptAnswer?> ReadAsync(string key, UInt128 id, long offset, CancellationToken cancellationToken)
    {
        PartitionReader reader = _reader;
        using var patience = new CancellationTokenSource(Patience, _time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token, _stopping.Token);
        ConsumedRecord? found;
        try
        {
            found = await reader.ReadAsync(offset, ends.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            await ReplaceAsync(reader).ConfigureAwait(false);
            Forget();
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"What lies at offset {offset} has not come within {Patience}.", exception);
            }

            throw;
        }

        if (found is not { Record: { Key: { } foundKey, Value: { } json } record } || !IsOf(foundKey.Span, key))
        {
            // It was removed meanwhile, or it is another topic by now.
            Forget();
            return null;
        }

        var answer = new KeptAnswer(json, EventCodec.Decode(record, _options.Topic, 0, offset).Time ?? default);
        lock (_lock)
        {
            _memory.Set(id, answer);
        }

        return answer;

        void Forget()
        {
            lock (_lock)
            {
                _index.Remove(id, offset);
            }
        }
    }

    // A reader of a topic that was deleted reads no other.
    private async ValueTask ReplaceAsync(PartitionReader reader)
    {
        if (Interlocked.CompareExchange(ref _reader, OpenReader(), reader) == reader)
        {
            await reader.DisposeAsync().ConfigureAwait(false);
        }
    }

    private PartitionReader OpenReader() => new(_broker, new TopicPartition(_options.Topic, 0));

    private static bool IsOf(ReadOnlySpan<byte> found, string key) => Encoding.UTF8.GetString(found) == key;

    private void Apply(string key, CloudEvent? entry, long offset)
    {
        if (!CacheKey.TryShorten(key, out UInt128 id))
        {
            throw new FormatException("Its key is that of no answer.");
        }

        lock (_lock)
        {
            if (entry is null)
            {
                _index.Remove(id);
                _memory.Remove(id);
            }
            else if (entry is { Type: Kept, Time: { } time, Data.Length: > 0 })
            {
                // A time to come is that of a clock that is wrong, and would never be old.
                DateTimeOffset now = _time.GetUtcNow();
                _index.Set(id, offset, time < now ? time : now);
            }
        }
    }

    private async Task WriteAsync(string key, byte[] json, DateTimeOffset now)
    {
        try
        {
            using var patience = new CancellationTokenSource(WritePatience, _time);
            var entry = new CloudEvent(Kept, _source, _time) { Time = now, DataContentType = "application/json", Data = json };
            await _topic.WriteAsync(key, entry, patience.Token).ConfigureAwait(false);
        }
        catch (RecordTooLargeException exception)
        {
            Refuse(exception);
        }
        catch (Exception exception)
        {
            Fail(exception, ref _writesAgainAt);
            LogUnwritten(exception, _options.Topic, PauseAfterFault);
        }
        finally
        {
            _roomToWrite.Release();
        }
    }

    private void Fail(Exception exception, ref long? againAt)
    {
        Metrics.Failed(exception);
        lock (_lock)
        {
            againAt = _time.GetTimestamp() + (long)(PauseAfterFault.TotalSeconds * _time.TimestampFrequency);
        }
    }

    private bool IsPassedBy(ref long? againAt)
    {
        lock (_lock)
        {
            if (againAt > _time.GetTimestamp())
            {
                return true;
            }

            againAt = null;
            return false;
        }
    }

    [LoggerMessage(290, LogLevel.Warning, "Kept answers of models cannot be read from {Topic}: models are asked instead. It is tried again in {Pause}.")]
    private partial void LogUnread(Exception exception, string topic, TimeSpan pause);

    [LoggerMessage(291, LogLevel.Warning, "Answers of models cannot be kept on {Topic}; other processes will ask again what this one has asked. It is tried again in {Pause}.")]
    private partial void LogUnwritten(Exception exception, string topic, TimeSpan pause);

    [LoggerMessage(292, LogLevel.Warning, "What lies under {Key} on {Topic} is no answer of a model, and is passed by.")]
    private partial void LogMalformed(Exception exception, string key, string topic);

    [LoggerMessage(293, LogLevel.Warning, "An answer of a model cannot be kept on {Topic}.")]
    private partial void LogUnkept(Exception exception, string topic);
}
