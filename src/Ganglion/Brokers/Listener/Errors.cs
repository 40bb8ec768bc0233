using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Brokers.Listener;

/// <summary>What clients of Kafka are told when the broker refuses.</summary>
internal static class Errors
{
    /// <summary>The error that says best what an exception says.</summary>
    public static ErrorCode CodeOf(Exception exception) => exception is RefusedException refused ? refused.Error : (exception as GanglionException)?.Code switch
    {
        "topic-not-found" => ErrorCode.UnknownTopicOrPartition,
        "topic-exists" => ErrorCode.TopicAlreadyExists,
        "topic-name-invalid" or "topic-internal" => ErrorCode.InvalidTopic,
        "topic-partitions-invalid" => ErrorCode.InvalidPartitions,
        TopicException.SettingsInvalid => ErrorCode.InvalidConfig,
        "offset-out-of-range" => ErrorCode.OffsetOutOfRange,
        "offset-metadata-too-large" => ErrorCode.OffsetMetadataTooLarge,
        "record-too-large" or "commit-too-large" => ErrorCode.MessageTooLarge,
        "group-not-empty" => ErrorCode.NonEmptyGroup,
        "group-not-found" => ErrorCode.GroupIdNotFound,
        "group-protocol-inconsistent" => ErrorCode.InconsistentGroupProtocol,
        "member-fenced" => ErrorCode.UnknownMemberId,
        "producer-fenced" => ErrorCode.InvalidProducerEpoch,
        "log-corrupt" => ErrorCode.CorruptMessage,
        "compression-unsupported" => ErrorCode.UnsupportedCompressionType,
        _ => exception is StorageException ? ErrorCode.KafkaStorageError : ErrorCode.UnknownServerError,
    };

    /// <summary>Clients of older versions know a producer that is fenced by another error.</summary>
    public static ErrorCode ForVersion(ErrorCode error, bool knowsProducerFenced) =>
        error == ErrorCode.ProducerFenced && !knowsProducerFenced ? ErrorCode.InvalidProducerEpoch : error;
}
