using Ganglion.Brokers;
using Ganglion.Runtime;
using Ganglion.Runtime.Inputs;
using Ganglion.State;

namespace Ganglion.Tests.Runtime;

/// <summary>An invocation whose handler has failed, on its way to be retried or parked.</summary>
internal static class FailedInvocation
{
    public static Invocation Create(int attempts, Record record = default, AgentPartition? partition = null)
    {
        var input = new InputPartition(
            new TopicPartition("t", 0), "t", partition, new OffsetTracker(new OffsetAndMetadata(0)), new SeenEvents(0), consumer: null!,
            new BytesInFlight(0));
        return new Invocation(input, record) { Origin = new Origin("t", "t", 0, 0), Attempts = attempts };
    }
}
