using Ganglion.Brokers;
using Ganglion.Kafka.Native;
using Ganglion.Kafka.Topics;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Groups;

// The loop's part of a rebalance, and of changes of topics. Partitions go whatever the listener says; they come only with its consent.
internal sealed partial class KafkaConsumer
{
    private async ValueTask RebalanceAsync(Rebalance rebalance, CancellationToken cancellationToken)
    {
        if (rebalance.Kind == RebalanceKind.Assigned)
        {
            _share.Give(rebalance.Partitions);
            await AlignAsync(cancellationToken).ConfigureAwait(false);
            _unfinished = null;
            return;
        }

        _unfinished = null;
        _renewed.Clear();
        _share.TakeBack(rebalance.Partitions);
        try
        {
            await ReleaseSurplusAsync(isLost: rebalance.Kind == RebalanceKind.Lost).ConfigureAwait(false);
        }
        finally
        {
            if (rebalance.Kind == RebalanceKind.Lost)
            {
                Volatile.Write(ref _losses, _losses + 1);
            }

            rebalance.Complete();
        }
    }

    // Brings what is owned in line with the topics as they are. What goes after the leading topic comes and goes without the group.
    // Whoever ends the read does not wait for a cluster that does not answer: the next read begins it anew.
    private async ValueTask AlignAsync(CancellationToken cancellationToken)
    {
        _mustAlign = false;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            string[] wanted = _wanted;
            if (_prepared != wanted)
            {
                await _preparation.CreateMissingAsync(wanted, either.Token).ConfigureAwait(false);
                _membership.Subscribe(_share.SharedOut(wanted));
                _prepared = wanted;
            }

            IReadOnlyDictionary<string, ClusterTopic> topics = _observed.Observe(
                await _known.FindAsync(_share.TopicsOf(wanted), either.Token).ConfigureAwait(false));
            _watch.Expect(topics);
            TopicPartition[] meant = [.. _share.List(wanted, topics)];
            if (_share.IsIncomplete(topics))
            {
                _watch.LookSoon();
            }

            TopicPartition[] gone = [.. _owned.Where(one => IsGone(one.Key, one.Value, topics)).Select(one => one.Key).Order()];
            _renewed.UnionWith(gone.Where(partition => _owned[partition].TopicId != topics.GetValueOrDefault(partition.Topic).Id));
            await LoseAsync(gone).ConfigureAwait(false);
            await ReleaseSurplusAsync(isLost: false).ConfigureAwait(false);
            await AssignAsync([.. meant.Where(partition => !_owned.ContainsKey(partition))], topics, either.Token).ConfigureAwait(false);
            if (_share.HasLostLeader)
            {
                throw new TopicException(
                    "topic-not-found",
                    $"The topic was deleted by whose partitions the members of '{GroupId}' share out what they read. Create it anew, with as many partitions.");
            }
        }
        catch
        {
            _mustAlign = true;
            throw;
        }
    }

    // Its topic was deleted, and perhaps created again. One of which nobody has asked is not wanted any more, and released.
    private static bool IsGone(TopicPartition partition, OwnedPartition owned, IReadOnlyDictionary<string, ClusterTopic> topics) =>
        owned.Fetched.IsBroken
        || (topics.TryGetValue(partition.Topic, out ClusterTopic topic) && (topic.Id != owned.TopicId || partition.Partition >= topic.Partitions));

    // Without asking the cluster: what goes must go, also if it does not answer.
    private async ValueTask ReleaseSurplusAsync(bool isLost)
    {
        string[] wanted = _wanted;
        TopicPartition[] surplus = [.. _owned.Keys.Where(partition => !_share.Includes(partition, wanted)).Order()];
        if (isLost)
        {
            await LoseAsync(surplus).ConfigureAwait(false);
            return;
        }

        if (surplus.Length == 0)
        {
            return;
        }

        try
        {
            await TellAsync(listener => listener.OnRevokedAsync(surplus, _closing.Token)).ConfigureAwait(false);
        }
        finally
        {
            Drop(surplus);
        }
    }

    private async ValueTask LoseAsync(TopicPartition[] lost)
    {
        if (lost.Length > 0)
        {
            Drop(lost);
            await TellAsync(listener => listener.OnLostAsync(lost, _closing.Token)).ConfigureAwait(false);
        }
    }

    private async ValueTask AssignAsync(
        TopicPartition[] partitions, IReadOnlyDictionary<string, ClusterTopic> topics, CancellationToken cancellationToken)
    {
        if (partitions.Length == 0)
        {
            return;
        }

        Dictionary<TopicPartition, OffsetAndMetadata> committed = await ReadCommittedAsync(partitions, cancellationToken).ConfigureAwait(false);
        foreach (TopicPartition partition in _renewed)
        {
            // It was for the topic that was deleted.
            committed.Remove(partition);
        }

        long[] starts = await Task.WhenAll(partitions.Select(partition => FindStartAsync(partition, committed, cancellationToken))).ConfigureAwait(false);
        int generation = _membership.Identity.Generation;
        foreach ((TopicPartition partition, long start) in partitions.Zip(starts))
        {
            _owned = _owned.Add(partition, new OwnedPartition(
                _fetchers.Fetch(partition, start, _options.MaxBytes, _queue), topics[partition.Topic].Id, generation));
            _renewed.Remove(partition);
            if (committed.TryGetValue(partition, out OffsetAndMetadata known) && start < known.Offset)
            {
                // It lies behind the end, so it is of another log: whoever heard of it would take what comes before it for done.
                committed.Remove(partition);
            }
        }

        try
        {
            await TellAsync(listener => listener.OnAssignedAsync(
                partitions.ToDictionary(
                    partition => partition,
                    partition => committed.TryGetValue(partition, out OffsetAndMetadata offset) ? offset : default(OffsetAndMetadata?)),
                cancellationToken)).ConfigureAwait(false);
        }
        catch
        {
            Drop(partitions);
            throw;
        }
    }

    private async ValueTask<Dictionary<TopicPartition, OffsetAndMetadata>> ReadCommittedAsync(
        TopicPartition[] partitions, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => OffsetCommits.GetCommitted(_membership.NativeConsumer, partitions, _timeout), cancellationToken)
                .WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Client.KafkaException exception)
        {
            throw KafkaErrors.ToException(exception, $"'{GroupId}'");
        }
    }

    private async Task<long> FindStartAsync(
        TopicPartition partition, Dictionary<TopicPartition, OffsetAndMetadata> committed, CancellationToken cancellationToken)
    {
        if (committed.TryGetValue(partition, out OffsetAndMetadata known))
        {
            long[] bounds = await Task.WhenAll(FindAsync(OffsetPosition.Earliest), FindAsync(OffsetPosition.End)).ConfigureAwait(false);
            if (known.Offset >= bounds[0] && known.Offset <= bounds[1])
            {
                return known.Offset;
            }
        }

        return await FindAsync(_options.AutoOffsetReset == AutoOffsetReset.Earliest ? OffsetPosition.Earliest : OffsetPosition.Latest).ConfigureAwait(false);

        Task<long> FindAsync(OffsetPosition position) => _offsets.FindAsync(partition, position, cancellationToken).AsTask();
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
}
