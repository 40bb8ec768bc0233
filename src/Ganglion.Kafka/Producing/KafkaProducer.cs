using Ganglion.Brokers;
using Ganglion.Kafka.Topics;

namespace Ganglion.Kafka.Producing;

/// <summary>Writes to the cluster: single records by the client that all producers share, commits by a transactional client of its own.</summary>
/// <param name="shared">For what is in no transaction.</param>
/// <param name="transactions">For commits; opened with the first, unless a newer producer is to fence an older one.</param>
/// <param name="topics">Sees to it that there is what is written to.</param>
/// <param name="members">Who knows which partitions the members of this process own.</param>
/// <param name="isFenced">Whether the producer has a transactional id of its own: then it writes by transactions only, so that all of it can be fenced.</param>
internal sealed class KafkaProducer(
    SharedProducer shared, TransactionalProducer transactions, TopicPreparation topics, Groups.MemberRegistry members, bool isFenced) : IEventProducer
{
    public async ValueTask<TopicPartitionOffset> AppendAsync(ProducerRecord record, CancellationToken cancellationToken = default)
    {
        TopicRules.CheckName(record.Topic);
        return isFenced
            ? (await CommitRecordsAsync(new AtomicCommit { Records = [record] }, cancellationToken).ConfigureAwait(false))[0]
            : await shared.AppendAsync(record, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<TopicPartitionOffset>> AppendAsync(
        IReadOnlyList<ProducerRecord> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (records.Count == 0)
        {
            return [];
        }

        CheckNames(records);
        if (isFenced)
        {
            return await CommitRecordsAsync(new AtomicCommit { Records = records }, cancellationToken).ConfigureAwait(false);
        }

        // All of them are on their way before the first is awaited, in order: none may have to wait for its topic any more.
        await PrepareAsync(records, cancellationToken).ConfigureAwait(false);
        Task<TopicPartitionOffset>[] appended = [.. records.Select(record => shared.AppendAsync(record, cancellationToken).AsTask())];
        return await Task.WhenAll(appended).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<TopicPartitionOffset>> CommitAsync(AtomicCommit commit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(commit);
        if (commit.Offsets.Count > 0)
        {
            members.Check(
                commit.Group ?? throw new ArgumentException(
                    "Offsets can be committed only with the group and the member whose they are.", nameof(commit)),
                commit.Offsets);
        }
        else if (commit.Records.Count == 0)
        {
            return new([]);
        }

        CheckNames(commit.Records);
        return CommitRecordsAsync(commit, cancellationToken);
    }

    private async ValueTask<IReadOnlyList<TopicPartitionOffset>> CommitRecordsAsync(AtomicCommit commit, CancellationToken cancellationToken)
    {
        for (int i = 0; i < commit.Records.Count; i++)
        {
            await topics.PrepareForCommitAsync(commit.Records[i].Topic, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await transactions.CommitAsync(commit, cancellationToken).ConfigureAwait(false);
        }
        catch (GanglionException exception) when (exception is TopicException || exception.Code == KafkaErrors.Unreachable)
        {
            // One of them was deleted, or may have been: the time of a transaction may be over before the client believes it. Who commits again is
            // told, or has it created anew.
            foreach (ProducerRecord record in commit.Records)
            {
                topics.Forget(record.Topic);
            }

            throw;
        }
    }

    private async ValueTask PrepareAsync(IReadOnlyList<ProducerRecord> records, CancellationToken cancellationToken)
    {
        for (int i = 0; i < records.Count; i++)
        {
            await topics.PrepareAsync(records[i].Topic, cancellationToken).ConfigureAwait(false);
        }
    }

    private static void CheckNames(IReadOnlyList<ProducerRecord> records)
    {
        for (int i = 0; i < records.Count; i++)
        {
            TopicRules.CheckName(records[i].Topic);
        }
    }

    public ValueTask DisposeAsync() => transactions.DisposeAsync();
}
