using Ganglion.Agents;
using Ganglion.Runtime.Answers;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Failures;
using Ganglion.Runtime.Inputs;
using Ganglion.Telemetry;

namespace Ganglion.Runtime;

/// <summary>What the steps of a pipeline are made of.</summary>
internal sealed record PipelineParts(
    AgentDefinition Agent,
    AgentServices Services,
    AgentMetrics Metrics,
    InputTopics Topics,
    ForwardedRecords Forwarded,
    AnswerRouter Router,
    AnswerRelay Answers,
    KnownTopics KnownTopics,
    CommitQueue Commits,
    JournalWriter Journals,
    FailurePolicy Failures);
