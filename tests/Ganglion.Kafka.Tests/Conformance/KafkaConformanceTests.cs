using Ganglion.Conformance;

namespace Ganglion.Kafka.Tests.Conformance;

public sealed class KafkaTopicTests() : TopicConformance(new KafkaBrokerFixture());

public sealed class KafkaTopicCreationTests() : TopicCreationConformance(new KafkaBrokerFixture());

public sealed class KafkaProducerTests() : ProducerConformance(new KafkaBrokerFixture());

public sealed class KafkaReaderTests() : ReaderConformance(new KafkaBrokerFixture());

public sealed class KafkaOffsetTests() : OffsetConformance(new KafkaBrokerFixture());

public sealed class KafkaAtomicCommitTests() : AtomicCommitConformance(new KafkaBrokerFixture());

public sealed class KafkaAssignmentTests() : AssignmentConformance(new KafkaBrokerFixture());

public sealed class KafkaConsumptionTests() : ConsumptionConformance(new KafkaBrokerFixture());

public sealed class KafkaSubscriptionTests() : SubscriptionConformance(new KafkaBrokerFixture());

public sealed class KafkaGroupAdministrationTests() : GroupAdministrationConformance(new KafkaBrokerFixture());

public sealed class KafkaDurabilityTests() : DurabilityConformance(new KafkaBrokerFixture());

public sealed class KafkaRetentionTests() : RetentionConformance(new KafkaBrokerFixture(waitsForCleanup: true));

public sealed class KafkaCompactionTests() : CompactionConformance(new KafkaBrokerFixture(waitsForCleanup: true));
