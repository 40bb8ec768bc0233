using System.Collections.Immutable;
using Ganglion.Brokers;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Reading;
using Ganglion.Kafka.Topics;
using Microsoft.Extensions.Logging;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Groups;

/// <summary>A member of a consumer group of the cluster.</summary>
/// <remarks>
/// Who is in the group and who fetches are different native clients: <see cref="Membership"/> learns which partitions come and go, and a
/// <see cref="Fetcher"/> brings their records. The reading loop is the only one that changes what is owned.
/// </remarks>
internal sealed partial class KafkaConsumer : IEventConsumer
{
    private const long Reading = long.MinValue;

    private readonly ConsumerOptions _options;
    private readonly bool _isNamed;
    private readonly FetcherPool _fetchers;
    private readonly TopicPreparation _preparation;
    private readonly ClusterTopics _known;
    private readonly ObservedTopics _observed;
    private readonly PartitionOffsets _offsets;
    private readonly MemberRegistry _members;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly ReadyQueue _queue = new();
    private readonly Membership _membership;
    private readonly MemberShare _share;
    private readonly TopicWatch _watch;
    private readonly CancellationTokenSource _closing = new();
    private volatile ImmutableDictionary<TopicPartition, OwnedPartition> _owned = ImmutableDictionary<TopicPartition, OwnedPartition>.Empty;
    private volatile string[] _wanted;
    private volatile bool _mustAlign;
    private string[] _prepared;
    private Rebalance? _unfinished;

    // What is owned no more because its topic has become another, which nobody has read yet. The loop's own.
    private readonly HashSet<TopicPartition> _renewed = [];
    private long _awaySince;

    // Of the membership's losses, those that the loop has taken up.
    private int _losses;

    public KafkaConsumer(
        ConsumerOptions options,
        bool isNamed,
        Func<Action<Client.ConsumerBuilder<byte[]?, byte[]?>>, Client.IConsumer<byte[]?, byte[]?>> open,
        FetcherPool fetchers,
        TopicPreparation preparation,
        ClusterTopics known,
        ObservedTopics observed,
        PartitionOffsets offsets,
        MemberRegistry members,
        KafkaBrokerOptions broker)
    {
        _options = options;
        _isNamed = isNamed;
        _fetchers = fetchers;
        _preparation = preparation;
        _known = known;
        _observed = observed;
        _offsets = offsets;
        _members = members;
        _time = broker.TimeProvider;
        _timeout = broker.RequestTimeout;
        _prepared = _wanted = [.. options.Topics.Distinct(StringComparer.Ordinal)];
        _awaySince = _time.GetTimestamp();
        ILogger logger = broker.LoggerFactory.CreateLogger<Membership>();
        _share = new MemberShare(options.CoPartitionedWith);
        _watch = new TopicWatch(known, observed, RequestAlignment, _time, logger);
        _membership = new Membership(options.GroupId, open, _share.SharedOut(_wanted), IsAlive, _queue.Wake, logger);
        members.Add(this);
    }

    public string GroupId => _options.GroupId;

    public ConsumerGroupMetadata Group => _membership.Identity;

    public IReadOnlyCollection<TopicPartition> Assignment => [.. _owned.Keys];

    public void Subscribe(IReadOnlyCollection<string> topics)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        ConsumerRules.CheckTopics(topics);
        foreach (string topic in topics)
        {
            TopicRules.CheckName(topic);
        }

        _wanted = [.. topics.Distinct(StringComparer.Ordinal)];
        RequestAlignment();
    }

    public async ValueTask<ConsumedBatch> ReadAsync(CancellationToken cancellationToken = default)
    {
        Volatile.Write(ref _awaySince, Reading);
        try
        {
            while (true)
            {
                ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
                cancellationToken.ThrowIfCancellationRequested();
                _membership.ThrowIfFailed();
                if (_unfinished is not null || _membership.TryTake(out _unfinished))
                {
                    await RebalanceAsync(_unfinished!, cancellationToken).ConfigureAwait(false);
                }
                else if (_mustAlign)
                {
                    await AlignAsync(cancellationToken).ConfigureAwait(false);
                }
                else if (TryRead(out ConsumedBatch? batch))
                {
                    if (batch is not null)
                    {
                        return batch;
                    }
                }
                else
                {
                    await _queue.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException exception) when (_closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException("The member was disposed of while it was read.", exception);
        }
        catch (OperationCanceledException exception) when (exception.CancellationToken != cancellationToken)
        {
            // What it waited for was given up by a token that goes with this one.
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _awaySince, _time.GetTimestamp());
        }
    }

    public async ValueTask CommitAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        if (offsets.Count == 0)
        {
            return;
        }

        foreach ((TopicPartition partition, OffsetAndMetadata offset) in offsets)
        {
            offset.ThrowIfInvalid(partition);
        }

        CheckOwnership(offsets.Keys, Group.Generation);
        try
        {
            await Task.Run(() => OffsetCommits.Commit(_membership.NativeConsumer, offsets), cancellationToken)
                .WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Client.KafkaException exception)
        {
            throw KafkaErrors.ToException(exception, $"'{GroupId}'");
        }
    }

    public void Pause(IEnumerable<TopicPartition> partitions)
    {
        foreach (TopicPartition partition in partitions)
        {
            _owned.GetValueOrDefault(partition)?.Fetched.Pause();
        }
    }

    public void Resume(IEnumerable<TopicPartition> partitions)
    {
        foreach (TopicPartition partition in partitions)
        {
            _owned.GetValueOrDefault(partition)?.Fetched.Resume();
        }
    }

    public void Seek(TopicPartition partition, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        OwnedPartition owned = _owned.GetValueOrDefault(partition)
            ?? throw new ArgumentException($"This member does not own {partition}.", nameof(partition));
        owned.Fetched.Seek(offset);
    }

    /// <exception cref="FencedException">
    /// It does not own one of the partitions, did not in this generation, or has lost all of them without its reading loop having learned of it.
    /// </exception>
    public void CheckOwnership(IEnumerable<TopicPartition> partitions, int generation)
    {
        bool isLost = _membership.Losses != Volatile.Read(ref _losses);
        ImmutableDictionary<TopicPartition, OwnedPartition> owned = _owned;
        foreach (TopicPartition partition in partitions)
        {
            if (isLost || !owned.TryGetValue(partition, out OwnedPartition? own) || generation < own.Generation)
            {
                throw new FencedException(
                    "member-fenced", $"The member {Group.MemberId} of the group '{GroupId}' does not own {partition}, or did not when the commit was made.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        _watch.Dispose();
        _queue.Wake();
        _members.Remove(this);
        await _membership.DisposeAsync().ConfigureAwait(false);
        if (_isNamed)
        {
            _members.GiveNameBack(GroupId);
        }

        Drop([.. _owned.Keys]);
    }

    private bool IsAlive() =>
        Volatile.Read(ref _awaySince) is var since && (since == Reading || _time.GetElapsedTime(since) <= _options.MaxPollInterval);

    /// <returns>Whether there may be more to read, even if nothing came now.</returns>
    private bool TryRead(out ConsumedBatch? batch)
    {
        batch = null;
        try
        {
            batch = _queue.TryRead(_options.MaxBytes);
            return batch is not null;
        }
        catch (TopicException)
        {
            // The topic was deleted: until the loop looks what has become of it there is nothing to read.
            _watch.TellSoon();
            return true;
        }
    }

    // For the loop, from anywhere.
    private void RequestAlignment()
    {
        _mustAlign = true;
        _queue.Wake();
    }
}
