using Ganglion.Conformance;

namespace Ganglion.Tests.Brokers.Embedded;

public sealed class VolatileReaderTests() : ReaderConformance(new VolatileBrokerFixture());

public sealed class VolatileAssignmentTests() : AssignmentConformance(new VolatileBrokerFixture());
