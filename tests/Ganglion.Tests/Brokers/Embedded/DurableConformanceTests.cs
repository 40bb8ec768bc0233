using Ganglion.Conformance;

namespace Ganglion.Tests.Brokers.Embedded;

public sealed class DurableTopicTests() : TopicConformance(new DurableBrokerFixture());

public sealed class DurableTopicCreationTests() : TopicCreationConformance(new DurableBrokerFixture());

public sealed class DurableProducerTests() : ProducerConformance(new DurableBrokerFixture());

public sealed class DurableReaderTests() : ReaderConformance(new DurableBrokerFixture());

public sealed class DurableOffsetTests() : OffsetConformance(new DurableBrokerFixture());

public sealed class DurableAtomicCommitTests() : AtomicCommitConformance(new DurableBrokerFixture());

public sealed class DurableAssignmentTests() : AssignmentConformance(new DurableBrokerFixture());

public sealed class DurableSubscriptionTests() : SubscriptionConformance(new DurableBrokerFixture());

public sealed class DurableConsumptionTests() : ConsumptionConformance(new DurableBrokerFixture());

public sealed class DurableGroupAdministrationTests() : GroupAdministrationConformance(new DurableBrokerFixture());

public sealed class DurableDurabilityTests() : DurabilityConformance(new DurableBrokerFixture());

public sealed class DurableRetentionTests() : RetentionConformance(new DurableBrokerFixture());

public sealed class DurableCompactionTests() : CompactionConformance(new DurableBrokerFixture());

public sealed class DurableReaderFromDiskTests() : ReaderConformance(new DurableBrokerFixture(tailCacheBytes: 0));

public sealed class DurableOffsetFromDiskTests() : OffsetConformance(new DurableBrokerFixture(tailCacheBytes: 0));

public sealed class DurableCompactionFromDiskTests() : CompactionConformance(new DurableBrokerFixture(tailCacheBytes: 0));
