using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Control;
using Ganglion.Events;
using Ganglion.State;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Approvals;

/// <summary>
/// What waits for a person's approval: lists it, shows it, and decides. In a host it is a service. To list needs the log only; to decide, a host
/// on the broker that has added approvals.
/// </summary>
/// <remarks>
/// What has happened to approvals lies on the topic <see cref="Topic"/>, which is read from its beginning with the first use and then followed. In memory
/// there is about a kilobyte for each approval that is pending, and for each of the last that were decided. Thread-safe.
/// </remarks>
public sealed partial class ApprovalQueues : IAsyncDisposable
{
    /// <summary>The topic of all that has happened to approvals: an event for each thing, kept for ever. Its only partition has them in order.</summary>
    public const string Topic = "ganglion.approvals";

    /// <summary>How many approvals a page has, and how many commands are carried out at once, at most.</summary>
    public const int MaxPageItems = 1_000;

    private const int MostAtOnce = 64;

    private readonly ApprovalOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<ApprovalCommand, CancellationToken, ValueTask<JsonElement>>? _send;
    private readonly ApprovalIndex _index;
    private readonly ControlTopic _topic;
    private readonly PartitionReader _log;

    /// <summary>Opens the approvals of a broker for those who only look. Nothing is read or written yet.</summary>
    /// <param name="broker">The broker; it stays the caller's.</param>
    /// <param name="time">The clock.</param>
    public ApprovalQueues(IEventBroker broker, TimeProvider time)
        : this(broker, new ApprovalOptions(), null, time, NullLogger.Instance)
    {
    }

    internal ApprovalQueues(
        IEventBroker broker,
        ApprovalOptions options,
        Func<ApprovalCommand, CancellationToken, ValueTask<JsonElement>>? send,
        TimeProvider time,
        ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _send = send;
        _time = time;
        _index = new ApprovalIndex(options.MaxListedDecided);
        _topic = new ControlTopic(broker, Topic, Apply, time, logger, Settings);
        _log = new PartitionReader(broker, new TopicPartition(Topic, 0));
    }

    /// <summary>What the topic is created with.</summary>
    internal static TopicSettings Settings { get; } = new() { Partitions = 1, Cleanup = CleanupPolicy.Delete, Retention = Timeout.InfiniteTimeSpan, RetentionBytes = -1 };

    /// <summary>Lists approvals.</summary>
    /// <param name="filter">Which; default: all that are pending.</param>
    /// <param name="after">Where the page begins: <see cref="ApprovalPage.Next"/> of the one before. Default: at the beginning.</param>
    /// <param name="limit">How many at most, 1 to <see cref="MaxPageItems"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>All that was decided before this was called counts.</returns>
    public async ValueTask<ApprovalPage> ListAsync(
        ApprovalFilter? filter = null, string? after = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxPageItems);
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return _index.List(filter ?? new(), after, limit, _time.GetUtcNow());
    }

    /// <summary>Finds an approval with its event and all that has happened to it, read from the log.</summary>
    /// <param name="id">The approval.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The approval; <see langword="null"/> if there is none, or it was decided so long ago that it is no longer listed.</returns>
    public async ValueTask<ApprovalDetails?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if (_index.Find(id) is not var (item, offsets))
        {
            return null;
        }

        var history = new List<KeyValuePair<string, ApprovalEntry>>(offsets.Length);
        ApprovalRequest? request = null;
        CloudEvent? @event = null;
        foreach (long offset in offsets)
        {
            if (await _log.ReadAsync(offset, cancellationToken).ConfigureAwait(false) is { } record
                && Read(EventCodec.Decode(record.Record, Topic, 0, offset)) is var (kind, entry))
            {
                history.Add(new(kind, entry));
                request ??= entry.Request;
                @event = entry.Event ?? entry.Request?.Event ?? @event;
            }
        }

        return request is null || @event is null ? null : new ApprovalDetails(item, request, @event, history);
    }

    /// <summary>Lists the queues in which something is pending.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<IReadOnlyList<ApprovalQueueSummary>> ListQueuesAsync(CancellationToken cancellationToken = default)
    {
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return [.. _index.Summarize().Select(queue => queue with { Team = _options.Of(queue.Queue).Team })];
    }

    /// <summary>Tells how often people had to step in, how long it took them, and how often they said otherwise than the agent: by agent and rule.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<IReadOnlyList<ApprovalStatistics>> MeasureAsync(CancellationToken cancellationToken = default)
    {
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return _index.Measure();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _topic.DisposeAsync().ConfigureAwait(false);
        await _log.DisposeAsync().ConfigureAwait(false);
    }

    private static (string Kind, ApprovalEntry Entry)? Read(CloudEvent told) =>
        JsonSerializer.Deserialize((told.Data ?? default).Span, ApprovalJson.Wire.ApprovalEntry) is { } entry ? (told.Type, entry) : null;

    private void Apply(string key, CloudEvent? told, long offset)
    {
        if (told is not null && Read(told) is var (kind, entry))
        {
            _index.Apply(kind, entry, offset);
        }
    }
}
