using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// TxnOffsetCommit (28), versions 0–3: hands over the offsets that are committed with a transaction. KIP-98, KIP-447 (the group's generation).
/// Deviations: the offsets are kept in memory until the transaction ends, and are written with its end; a broker that dies before aborts it.
/// </summary>
internal sealed class TxnOffsetCommitApi(ListenerContext context) : ImmediateApi(ApiKey.TxnOffsetCommit, 0, 3, flexibleFrom: 3)
{
    protected override async ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        string transactionalId = body.ReadString();
        string groupId = body.ReadString();
        long producerId = body.ReadInt64();
        short epoch = body.ReadInt16();
        bool namesMember = request.Version >= 3;
        int generation = namesMember ? body.ReadInt32() : -1;
        var member = new MemberIdentity(namesMember ? body.ReadString() : "", namesMember ? body.ReadNullableString() : null);

        List<TopicData<AskedOffset>> topics = body.ReadTopics(partition => AskedOffset.Read(partition, hasLeaderEpoch: request.Version >= 2));
        body.SkipTags();

        ErrorCode error = context.Groups.CheckCommit(groupId, new Committer(generation, member) { IsTransactional = true }) is not ErrorCode.None and var fenced
            ? (fenced == ErrorCode.StaleMemberEpoch ? ErrorCode.IllegalGeneration : fenced)
            : await AddAsync(transactionalId, producerId, epoch, groupId, topics, cancellationToken).ConfigureAwait(false);
        response.WriteInt32(0); // Throttle time.
        response.WriteTopics(topics, (writer, topic, partition) =>
        {
            writer.WriteInt32(partition.Number);
            writer.WriteError(error == ErrorCode.None ? Check(topic, partition) : Errors.ForVersion(error, knowsProducerFenced: false));
        });
        response.WriteTags();
    }

    private async ValueTask<ErrorCode> AddAsync(
        string transactionalId,
        long producerId,
        short epoch,
        string groupId,
        List<TopicData<AskedOffset>> topics,
        CancellationToken cancellationToken)
    {
        try
        {
            await context.Transactions.AddOffsetsAsync(
                transactionalId,
                producerId,
                epoch,
                groupId,
                topics.SelectMany(topic => topic.Partitions
                    .Where(partition => Check(topic.Name, partition) == ErrorCode.None)
                    .Select(partition => KeyValuePair.Create(new TopicPartition(topic.Name, partition.Number), partition.Offset))),
                cancellationToken).ConfigureAwait(false);
            return ErrorCode.None;
        }
        catch (Exception exception) when (exception is RefusedException or GanglionException)
        {
            return Errors.CodeOf(exception);
        }
    }

    private ErrorCode Check(string topic, AskedOffset partition) =>
        context.Groups.CheckOffset(new TopicPartition(topic, partition.Number), partition.Offset);
}
