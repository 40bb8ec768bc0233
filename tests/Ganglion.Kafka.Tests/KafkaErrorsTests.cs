using Confluent.Kafka;
using Ganglion.Brokers;

namespace Ganglion.Kafka.Tests;

/// <summary>What a cluster may answer, and the mock cannot be brought to.</summary>
public sealed class KafkaErrorsTests
{
    [Theory]
    [InlineData(ErrorCode.TopicAlreadyExists, "topic-exists", typeof(TopicException))]
    [InlineData(ErrorCode.TopicException, "topic-name-invalid", typeof(TopicException))]
    [InlineData(ErrorCode.PolicyViolation, "topic-settings-invalid", typeof(TopicException))]
    [InlineData(ErrorCode.InvalidReplicationFactor, "topic-settings-invalid", typeof(TopicException))]
    [InlineData(ErrorCode.InvalidConfig, "topic-settings-invalid", typeof(TopicException))]
    [InlineData(ErrorCode.TopicAuthorizationFailed, "kafka-unauthorized", typeof(KafkaException))]
    [InlineData(ErrorCode.ClusterAuthorizationFailed, "kafka-unauthorized", typeof(KafkaException))]
    [InlineData(ErrorCode.TransactionalIdAuthorizationFailed, "kafka-unauthorized", typeof(KafkaException))]
    [InlineData(ErrorCode.RequestTimedOut, "kafka-unreachable", typeof(KafkaException))]
    [InlineData(ErrorCode.NetworkException, "kafka-unreachable", typeof(KafkaException))]
    [InlineData(ErrorCode.LeaderNotAvailable, "kafka-unavailable", typeof(KafkaException))]
    [InlineData(ErrorCode.RebalanceInProgress, "kafka-unavailable", typeof(KafkaException))]
    [InlineData(ErrorCode.NotEnoughReplicas, "kafka-unavailable", typeof(KafkaException))]
    [InlineData(ErrorCode.Unknown, "kafka-failed", typeof(KafkaException))]
    public void An_answer_becomes_an_error_that_says_what_about(ErrorCode answer, string code, Type type)
    {
        GanglionException exception = KafkaErrors.ToException(new Error(answer, "the cluster's reason"), "'orders'");

        exception.ShouldBeOfType(type);
        exception.Code.ShouldBe(code);
        exception.Message.ShouldContain("'orders'");
        exception.Message.ShouldNotContain("''");
    }
}
