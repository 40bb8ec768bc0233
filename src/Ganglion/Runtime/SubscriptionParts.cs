using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Runtime.Answers;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Failures;
using Ganglion.Runtime.Inputs;
using Ganglion.Telemetry;

namespace Ganglion.Runtime;

/// <summary>What a subscription is made of. None of it runs before <see cref="Subscription.Start"/>.</summary>
internal sealed record SubscriptionParts(
    AgentDefinition Agent,
    AgentMetrics Metrics,
    InputTopics Topics,
    IEventProducer Producer,
    IEventConsumer Consumer,
    OwnedPartitions Owned,
    ComingPartitions Coming,
    BytesInFlight InFlight,
    Intake Intake,
    InstanceTurns Turns,
    CommitQueue Commits,
    CommitLoop CommitLoop,
    AnswerRelay Answers,
    SubscriptionFollower Follower,
    EndedInputs Ended,
    Watchdog Watchdog);
