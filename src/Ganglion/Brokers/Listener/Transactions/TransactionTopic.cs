using System.Buffers.Binary;
using System.Text;
using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Events;

namespace Ganglion.Brokers.Listener.Transactions;

/// <summary>
/// The internal topic that keeps which producer a transactional id has, and how its last transaction ended, as on Kafka (TransactionLogKey and
/// TransactionLogValue, version 0). What a transaction has written shows in the partitions; here it is open only if it has offsets to commit.
/// </summary>
internal static class TransactionTopic
{
    public const string Name = InternalTopics.Transactions;

    private const short SchemaVersion = 0;
    private const byte EmptyStatus = 0;
    private const byte OngoingStatus = 1;
    private const byte CommittedStatus = 4; // CompleteCommit
    private const byte AbortedStatus = 5; // CompleteAbort
    private const int NullList = -1;
    private const int ValueLength = 2 + 8 + 2 + 4 + 1 + 4 + 8 + 8;

    /// <summary>The record that says how a transactional id is doing.</summary>
    /// <param name="producer">Who has the transactional id.</param>
    /// <param name="state">How its transaction is doing, or is going to when the record is written.</param>
    /// <param name="now">The time.</param>
    public static ProducerRecord Encode(TransactionalProducer producer, TransactionState state, DateTimeOffset now)
    {
        byte[] value = new byte[ValueLength];
        BinaryPrimitives.WriteInt16BigEndian(value, SchemaVersion);
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(2), producer.ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(value.AsSpan(10), producer.Epoch);
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(12), (int)producer.Timeout.TotalMilliseconds);
        value[16] = StatusOf(state);
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(17), NullList);
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(21), now.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(29), -1); // When it began.
        return new ProducerRecord(Name, new Record(EncodeKey(producer.Id), value), Partition: 0);
    }

    /// <summary>The record that removes a transactional id.</summary>
    public static ProducerRecord EncodeTombstone(string transactionalId) => new(Name, new Record(EncodeKey(transactionalId), null), Partition: 0);

    /// <summary>What a record says; null if it says nothing that is known.</summary>
    public static TransactionalProducer? TryDecode(in Record record)
    {
        if (record is not { Key: { Length: >= 4 } key, Value: { Length: > 16 } value }
            || BinaryPrimitives.ReadInt16BigEndian(key.Span) != SchemaVersion
            || BinaryPrimitives.ReadInt16BigEndian(value.Span) != SchemaVersion)
        {
            return null;
        }

        return new TransactionalProducer(
            Encoding.UTF8.GetString(key.Span[4..]),
            BinaryPrimitives.ReadInt64BigEndian(value.Span[2..]),
            BinaryPrimitives.ReadInt16BigEndian(value.Span[10..]))
        {
            Timeout = TimeSpan.FromMilliseconds(BinaryPrimitives.ReadInt32BigEndian(value.Span[12..])),
            State = value.Span[16] switch
            {
                CommittedStatus => TransactionState.Committed,
                AbortedStatus => TransactionState.Aborted,
                _ => TransactionState.AbortedByRestart,
            },
        };
    }

    /// <summary>The transactional id that a record removes; null if it removes none.</summary>
    public static string? TryDecodeTombstone(in Record record) =>
        record is { Key: { Length: >= 4 } key, Value: null } && BinaryPrimitives.ReadInt16BigEndian(key.Span) == SchemaVersion
            ? Encoding.UTF8.GetString(key.Span[4..])
            : null;

    private static byte StatusOf(TransactionState state) => state switch
    {
        TransactionState.Ongoing => OngoingStatus,
        TransactionState.Committed => CommittedStatus,
        TransactionState.Aborted => AbortedStatus,
        _ => EmptyStatus,
    };

    private static byte[] EncodeKey(string transactionalId)
    {
        byte[] key = new byte[4 + Encoding.UTF8.GetByteCount(transactionalId)];
        BinaryPrimitives.WriteInt16BigEndian(key, SchemaVersion);
        BinaryPrimitives.WriteInt16BigEndian(key.AsSpan(2), checked((short)(key.Length - 4)));
        Encoding.UTF8.GetBytes(transactionalId, key.AsSpan(4));
        return key;
    }
}
