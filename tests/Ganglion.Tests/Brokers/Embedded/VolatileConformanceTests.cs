using Ganglion.Conformance;

namespace Ganglion.Tests.Brokers.Embedded;

public sealed class VolatileTopicTests() : TopicConformance(new VolatileBrokerFixture());

public sealed class VolatileTopicCreationTests() : TopicCreationConformance(new VolatileBrokerFixture());

public sealed class VolatileProducerTests() : ProducerConformance(new VolatileBrokerFixture());

public sealed class VolatileReaderTests() : ReaderConformance(new VolatileBrokerFixture());

public sealed class VolatileOffsetTests() : OffsetConformance(new VolatileBrokerFixture());

public sealed class VolatileAtomicCommitTests() : AtomicCommitConformance(new VolatileBrokerFixture());

public sealed class VolatileAssignmentTests() : AssignmentConformance(new VolatileBrokerFixture());

public sealed class VolatileSubscriptionTests() : SubscriptionConformance(new VolatileBrokerFixture());

public sealed class VolatileConsumptionTests() : ConsumptionConformance(new VolatileBrokerFixture());

public sealed class VolatileGroupAdministrationTests() : GroupAdministrationConformance(new VolatileBrokerFixture());

public sealed class VolatileRetentionTests() : RetentionConformance(new VolatileBrokerFixture());

public sealed class VolatileCompactionTests() : CompactionConformance(new VolatileBrokerFixture());
