using Ganglion.Brokers;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka;

/// <summary>What the native client reports, in the words of the contract.</summary>
internal static class KafkaErrors
{
    /// <summary>The code of errors that say: nobody has answered, or not in time.</summary>
    public const string Unreachable = "kafka-unreachable";

    /// <summary>The code of errors that say: not now, but maybe in a moment.</summary>
    public const string Unavailable = "kafka-unavailable";

    /// <summary>Whether it says that a topic or partition is not there.</summary>
    public static bool IsMissing(Client.Error error) =>
        error.Code is Client.ErrorCode.UnknownTopicOrPart or Client.ErrorCode.Local_UnknownTopic or Client.ErrorCode.Local_UnknownPartition;

    /// <summary>Whether nobody has answered, so that what was asked for may have been done.</summary>
    public static bool IsUnanswered(Client.Error error) => error.Code is
        Client.ErrorCode.Local_AllBrokersDown or Client.ErrorCode.Local_Transport or Client.ErrorCode.Local_Resolve
        or Client.ErrorCode.Local_TimedOut or Client.ErrorCode.Local_TimedOutQueue or Client.ErrorCode.Local_MsgTimedOut
        or Client.ErrorCode.RequestTimedOut or Client.ErrorCode.NetworkException;

    /// <summary>
    /// Whether the client does not trust the broker, or the broker not the client. With TLS 1.3 a broker says so when the client has begun to send already,
    /// and the native client takes it for a failure of the network: only OpenSSL's text tells.
    /// </summary>
    public static bool IsDistrust(Client.Error error) =>
        error.Code == Client.ErrorCode.Local_Ssl
        || (error.Code == Client.ErrorCode.Local_Transport && error.Reason.Contains("SSL alert number", StringComparison.Ordinal));

    /// <summary>Whether the same request may succeed later.</summary>
    public static bool MayPass(KafkaException exception) => exception.Code is Unreachable or Unavailable;

    public static GanglionException ToException(Client.KafkaException exception, string about) => ToException(exception.Error, about, exception);

    /// <param name="error">What the client reports.</param>
    /// <param name="about">The topic or the group, in quotes, or what else it is about.</param>
    /// <param name="cause">The client's exception.</param>
    public static GanglionException ToException(Client.Error error, string about, Exception? cause = null) => error.Code switch
    {
        Client.ErrorCode.UnknownTopicOrPart or Client.ErrorCode.Local_UnknownTopic or Client.ErrorCode.Local_UnknownPartition =>
            new TopicException("topic-not-found", $"There is no topic or partition {about}: create it, or name another.", cause),
        Client.ErrorCode.TopicAlreadyExists => new TopicException("topic-exists", $"The topic {about} exists already.", cause),
        Client.ErrorCode.TopicException => new TopicException("topic-name-invalid", $"{about} cannot be the name of a topic.", cause),
        Client.ErrorCode.InvalidPartitions or Client.ErrorCode.InvalidReplicationFactor or Client.ErrorCode.InvalidConfig
            or Client.ErrorCode.InvalidReplicaAssignment or Client.ErrorCode.PolicyViolation =>
            new TopicException(TopicException.SettingsInvalid, $"The cluster refuses the settings of topic {about}: {error.Reason}.", cause),
        Client.ErrorCode.MsgSizeTooLarge or Client.ErrorCode.RecordListTooLarge => new RecordTooLargeException(
            "record-too-large",
            $"A record for {about} is larger than the cluster or the client takes (max.message.bytes, message.max.bytes). "
            + "Make it smaller, raise both, or store the data elsewhere and refer to it (dataref).",
            cause),
        Client.ErrorCode.InvalidTimestamp or Client.ErrorCode.InvalidRecord => new TopicException(
            TopicException.RecordRefused,
            $"The cluster refuses a record for {about}: {error.Reason}. A compacted topic takes none without a key, and a topic may limit "
            + "timestamps (message.timestamp.before.max.ms, message.timestamp.after.max.ms).",
            cause),
        Client.ErrorCode.UnknownMemberId or Client.ErrorCode.IllegalGeneration or Client.ErrorCode.FencedInstanceId
            or Client.ErrorCode.StaleMemberEpoch or Client.ErrorCode.UnreleasedInstanceId =>
            new FencedException("member-fenced", $"The group {about} has gone on without this member: {error.Reason}.", cause),
        Client.ErrorCode.ProducerFenced or Client.ErrorCode.InvalidProducerEpoch or Client.ErrorCode.Local_Fenced =>
            new FencedException("producer-fenced", $"A newer producer of {about} has taken over.", cause),
        Client.ErrorCode.OffsetMetadataTooLarge =>
            new ConsumerGroupException("offset-metadata-too-large", $"The metadata of an offset of {about} is longer than the cluster takes.", cause),
        Client.ErrorCode.NonEmptyGroup => new ConsumerGroupException("group-not-empty", $"The group {about} has members: stop them first.", cause),
        Client.ErrorCode.GroupIdNotFound => new ConsumerGroupException("group-not-found", $"There is no group {about}.", cause),
        Client.ErrorCode.TopicAuthorizationFailed or Client.ErrorCode.GroupAuthorizationFailed or Client.ErrorCode.ClusterAuthorizationFailed
            or Client.ErrorCode.TransactionalIdAuthorizationFailed =>
            new KafkaException(
                "kafka-unauthorized",
                $"The cluster does not allow this user what is needed of {about}: {error.Reason}. Grant {RightsFor(error.Code)}; `ganglion doctor` "
                + "tells all that agents need.",
                cause),
        Client.ErrorCode.InvalidSessionTimeout => new KafkaException(
            "kafka-failed",
            $"The cluster does not allow members of {about} the session timeout that they ask for (Ganglion:Kafka:Consumer:SessionTimeout): set one "
            + "between its group.min.session.timeout.ms and group.max.session.timeout.ms.",
            cause),
        Client.ErrorCode.InconsistentGroupProtocol => new KafkaException(
            "kafka-failed",
            $"The group {about} has members that share its partitions out in another way, so it is another program's: stop that, or use another name.",
            cause),
        Client.ErrorCode.GroupMaxSizeReached => new KafkaException(
            "kafka-failed", $"The group {about} has as many members as the cluster allows: raise its group.max.size, or stop some.", cause),
        Client.ErrorCode.SaslAuthenticationFailed or Client.ErrorCode.Local_Authentication => new KafkaException(
            "kafka-unauthenticated",
            $"The cluster does not accept who this is: {error.Reason}. Check Ganglion:Kafka:Sasl, that is mechanism, user name and password, "
            + "and that SecurityProtocol is the one of the cluster's listener.",
            cause),
        _ when IsDistrust(error) => new KafkaException(
            "kafka-tls-failed",
            $"There is no trust over TLS: {error.Reason}. Check Ganglion:Kafka:Tls, that CaLocation has the authority by which the brokers' "
            + "certificates are signed, and that these are for the names by which the brokers are reached; where the cluster asks for a "
            + "certificate, CertificateLocation and KeyLocation; and that SecurityProtocol is the one of the cluster's listener.",
            cause),
        _ when IsUnanswered(error) => new KafkaException(
            Unreachable,
            $"The cluster does not answer ({about}): {error.Reason}. Check that its brokers run, that the addresses are theirs and can be reached "
            + "from here, that SecurityProtocol is the one of the listener, and, where that asks for a certificate, CertificateLocation and KeyLocation "
            + "of Ganglion:Kafka:Tls.",
            cause),
        _ when IsPassing(error) => new KafkaException(
            Unavailable,
            $"The cluster is not ready for it ({about}): {error.Code}, {error.Reason}. Leaders and coordinators move for a moment when a broker comes or goes; if it "
            + "lasts, look for brokers that are down or overloaded.",
            cause),
        _ => new KafkaException("kafka-failed", $"The cluster has refused ({about}): {error.Code}, {error.Reason}.", cause),
    };

    // What Kafka declares retriable (https://kafka.apache.org/protocol#protocol_error_codes) and nobody has a better word for, and what the native
    // client says while it looks for a coordinator or a leader. Whether it finds an error retriable, it tells of transactions only.
    private static bool IsPassing(Client.Error error) => error.Code is
        Client.ErrorCode.LeaderNotAvailable or Client.ErrorCode.NotLeaderForPartition or Client.ErrorCode.ReplicaNotAvailable
        or Client.ErrorCode.GroupLoadInProgress or Client.ErrorCode.GroupCoordinatorNotAvailable or Client.ErrorCode.NotCoordinatorForGroup
        or Client.ErrorCode.NotEnoughReplicas or Client.ErrorCode.NotEnoughReplicasAfterAppend or Client.ErrorCode.NotController
        or Client.ErrorCode.ConcurrentTransactions or Client.ErrorCode.KafkaStorageError or Client.ErrorCode.ListenerNotFound
        or Client.ErrorCode.FencedLeaderEpoch or Client.ErrorCode.UnknownLeaderEpoch or Client.ErrorCode.OffsetNotAvailable
        or Client.ErrorCode.PreferredLeaderNotAvailable or Client.ErrorCode.EligibleLeadersNotAvailable
        or Client.ErrorCode.RebalanceInProgress or Client.ErrorCode.UnstableOffsetCommit or Client.ErrorCode.ThrottlingQuotaExceeded or Client.ErrorCode.UnknownTopicId
        or Client.ErrorCode.Local_WaitCoord or Client.ErrorCode.Local_WaitCache or Client.ErrorCode.Local_DestroyBroker;

    private static string RightsFor(Client.ErrorCode refusal) => refusal switch
    {
        Client.ErrorCode.GroupAuthorizationFailed => "Read and Describe of the group",
        Client.ErrorCode.TopicAuthorizationFailed => "Describe of the topic, Read to read it, Write to write to it, Create to create it",
        Client.ErrorCode.TransactionalIdAuthorizationFailed => "Write and Describe of the transactional id",
        _ => "Describe of the cluster, Create to create topics",
    };
}
