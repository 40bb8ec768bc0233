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
internal sealed class KafkaConsumer : IEventConsumer
{
    private const long Reading = long.MinValue;
    private static readonly TimeSpan LookForTopics = TimeSpan.FromSeconds(1);

    private readonly ConsumerOptions _options;
    private readonly FetcherPool _fetchers;
    private readonly KafkaTopicAdministration _topics;
    private readonly MemberRegistry _members;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly ReadyQueue _queue = new();
    private readonly Membership _membership;
    private readonly CancellationTokenSource _closing = new();
    private readonly HashSet<TopicPartition> _shared = [];
    private volatile ImmutableDictionary<TopicPartition, OwnedPartition> _owned = ImmutableDictionary<TopicPartition, OwnedPartition>.Empty;
    private volatile string[] _wanted;
    private volatile bool _isIncomplete;
    private Rebalance? _unfinished;

    // How many partitions the leading topic has.
    private int _width = 1;
    private long _awaySince;

    public KafkaConsumer(
        ConsumerOptions options,
        Client.ConsumerBuilder<byte[]?, byte[]?> builder,
        FetcherPool fetchers,
        KafkaTopicAdministration topics,
        MemberRegistry members,
        KafkaBrokerOptions broker)
    {
        _options = options;
        _fetchers = fetchers;
        _topics = topics;
        _members = members;
        _time = broker.TimeProvider;
        _timeout = broker.RequestTimeout;
        _wanted = [.. options.Topics];
        _awaySince = _time.GetTimestamp();
        _membership = new Membership(
            options.GroupId, builder, SharedOut(_wanted), IsAlive, _queue.Wake, broker.LoggerFactory.CreateLogger<Membership>());
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

        _wanted = [.. topics];
        _isIncomplete = _options.CoPartitionedWith is not null;
        _membership.Subscribe(SharedOut(_wanted));
        _queue.Wake();
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
                if (_unfinished is not null || _membership.TryTake(out _unfinished))
                {
                    await RebalanceAsync(_unfinished!).ConfigureAwait(false);
                }
                else if (_isIncomplete)
                {
                    await FollowTopicsAsync().ConfigureAwait(false);
                }
                else if (_queue.TryRead(_options.MaxBytes) is { } batch)
                {
                    return batch;
                }
                else
                {
                    await _queue.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
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

        _members.Check(Group, offsets);
        try
        {
            await Task.Run(() => OffsetCommits.Commit(_membership.NativeConsumer, offsets), cancellationToken).ConfigureAwait(false);
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

    /// <exception cref="FencedException">It does not own one of the partitions, or did not in this generation.</exception>
    public void CheckOwnership(IEnumerable<TopicPartition> partitions, int generation)
    {
        ImmutableDictionary<TopicPartition, OwnedPartition> owned = _owned;
        foreach (TopicPartition partition in partitions)
        {
            if (!owned.TryGetValue(partition, out OwnedPartition? own) || generation < own.Generation)
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
        _queue.Wake();
        _members.Remove(this);
        await _membership.DisposeAsync().ConfigureAwait(false);
        Drop([.. _owned.Keys]);
    }

    // Where one topic leads, the group knows of no other.
    private string[] SharedOut(string[] topics) => _options.CoPartitionedWith is { } leading ? [leading] : topics;

    private bool IsAlive() =>
        Volatile.Read(ref _awaySince) is var since && (since == Reading || _time.GetElapsedTime(since) <= _options.MaxPollInterval);

    private async ValueTask RebalanceAsync(Rebalance rebalance)
    {
        if (rebalance.Kind == RebalanceKind.Assigned)
        {
            _shared.UnionWith(rebalance.Partitions);
            await TakeAsync(await FindMissingAsync().ConfigureAwait(false)).ConfigureAwait(false);
            _unfinished = null;
            return;
        }

        _unfinished = null;
        _shared.ExceptWith(rebalance.Partitions);
        try
        {
            await ReleaseAsync(FindSurplus(), isLost: rebalance.Kind == RebalanceKind.Lost).ConfigureAwait(false);
        }
        finally
        {
            rebalance.Complete();
        }
    }

    // What goes after the leading topic may come and go without the group.
    private async ValueTask FollowTopicsAsync()
    {
        _isIncomplete = false;
        await ReleaseAsync(FindSurplus(), isLost: false).ConfigureAwait(false);
        await TakeAsync(await FindMissingAsync().ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async ValueTask<TopicPartition[]> FindMissingAsync() =>
        [.. (await ListMeantAsync().ConfigureAwait(false)).Where(partition => !_owned.ContainsKey(partition))];

    // Without asking the cluster: what goes must go, also if it does not answer.
    private TopicPartition[] FindSurplus()
    {
        string[] wanted = _wanted;
        return [.. _owned.Keys.Where(partition => !IsMeant(partition, wanted)).Order()];
    }

    private bool IsMeant(TopicPartition partition, string[] wanted) => _options.CoPartitionedWith is { } leading
        ? wanted.Contains(partition.Topic) && _shared.Contains(new TopicPartition(leading, partition.Partition % _width))
        : _shared.Contains(partition);

    private async ValueTask<HashSet<TopicPartition>> ListMeantAsync()
    {
        if (_options.CoPartitionedWith is not { } leading)
        {
            return [.. _shared];
        }

        string[] wanted = _wanted;
        _width = await _topics.CountPartitionsAsync(leading, _closing.Token).ConfigureAwait(false);
        HashSet<TopicPartition> meant = [];
        foreach (string topic in wanted)
        {
            int count = await _topics.CountPartitionsAsync(topic, _closing.Token).ConfigureAwait(false);
            if (count == 0)
            {
                LookAgainLater();
            }

            meant.UnionWith(Enumerable.Range(0, count).Select(number => new TopicPartition(topic, number)).Where(one => IsMeant(one, wanted)));
        }

        return meant;
    }

    private void LookAgainLater() => _ = Task.Delay(LookForTopics, _time, _closing.Token).ContinueWith(
        _ =>
        {
            _isIncomplete = true;
            _queue.Wake();
        },
        _closing.Token,
        TaskContinuationOptions.OnlyOnRanToCompletion,
        TaskScheduler.Default);

    private async ValueTask TakeAsync(TopicPartition[] partitions)
    {
        if (partitions.Length == 0)
        {
            return;
        }

        Dictionary<TopicPartition, OffsetAndMetadata> committed = await ReadCommittedAsync(partitions).ConfigureAwait(false);
        long[] starts = await Task.WhenAll(partitions.Select(partition => FindStartAsync(partition, committed))).ConfigureAwait(false);
        int generation = _membership.Identity.Generation;
        foreach ((TopicPartition partition, long start) in partitions.Zip(starts))
        {
            _owned = _owned.Add(partition, new OwnedPartition(_fetchers.Fetch(partition, start, _options.MaxBytes, _queue), generation));
        }

        try
        {
            await TellAsync(listener => listener.OnAssignedAsync(
                partitions.ToDictionary(
                    partition => partition,
                    partition => committed.TryGetValue(partition, out OffsetAndMetadata offset) ? offset : default(OffsetAndMetadata?)),
                _closing.Token)).ConfigureAwait(false);
        }
        catch
        {
            Drop(partitions);
            throw;
        }
    }

    private async ValueTask ReleaseAsync(TopicPartition[] partitions, bool isLost)
    {
        if (partitions.Length == 0)
        {
            return;
        }

        if (isLost)
        {
            Drop(partitions);
            await TellAsync(listener => listener.OnLostAsync(partitions, _closing.Token)).ConfigureAwait(false);
            return;
        }

        try
        {
            await TellAsync(listener => listener.OnRevokedAsync(partitions, _closing.Token)).ConfigureAwait(false);
        }
        finally
        {
            Drop(partitions);
        }
    }

    private async ValueTask<Dictionary<TopicPartition, OffsetAndMetadata>> ReadCommittedAsync(TopicPartition[] partitions)
    {
        try
        {
            return await Task.Run(() => OffsetCommits.GetCommitted(_membership.NativeConsumer, partitions, _timeout)).ConfigureAwait(false);
        }
        catch (Client.KafkaException exception)
        {
            throw KafkaErrors.ToException(exception, $"'{GroupId}'");
        }
    }

    private async Task<long> FindStartAsync(TopicPartition partition, Dictionary<TopicPartition, OffsetAndMetadata> committed)
    {
        (long earliest, long latest) = await _topics.Offsets.GetBoundsAsync(partition, _closing.Token).ConfigureAwait(false);
        if (committed.TryGetValue(partition, out OffsetAndMetadata known) && known.Offset >= earliest && known.Offset <= latest)
        {
            return known.Offset;
        }

        return _options.AutoOffsetReset == AutoOffsetReset.Earliest ? earliest : latest;
    }

    private void Drop(TopicPartition[] partitions)
    {
        foreach (TopicPartition partition in partitions)
        {
            if (_owned.TryGetValue(partition, out OwnedPartition? owned))
            {
                _owned = _owned.Remove(partition);
                owned.Fetched.Close();
            }
        }
    }

    // The listener has no more time than a loop that does not read.
    private async ValueTask TellAsync(Func<IRebalanceListener, ValueTask> tell)
    {
        if (_options.RebalanceListener is not { } listener)
        {
            return;
        }

        Volatile.Write(ref _awaySince, _time.GetTimestamp());
        try
        {
            await tell(listener).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _awaySince, Reading);
        }
    }

    /// <param name="Fetched">What brings its records.</param>
    /// <param name="Generation">The generation of the group in which it came.</param>
    private sealed record OwnedPartition(FetchedPartition Fetched, int Generation);
}
