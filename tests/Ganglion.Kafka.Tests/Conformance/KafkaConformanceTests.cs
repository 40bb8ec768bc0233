using Ganglion.Conformance;

namespace Ganglion.Kafka.Tests.Conformance;

public sealed class KafkaTopicTests() : TopicConformance(new KafkaBrokerFixture());

public sealed class KafkaOffsetTests() : OffsetConformance(new KafkaBrokerFixture());
