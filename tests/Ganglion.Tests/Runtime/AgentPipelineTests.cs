using Ganglion.Runtime;

namespace Ganglion.Tests.Runtime;

public sealed class AgentPipelineTests
{
    [Fact]
    public void The_way_of_an_event_can_be_read_as_a_list() => AgentPipeline.BuiltInSteps.Select(step => step.Name).ShouldBe(
        ["decode", "correlate", "deduplicate", "find instance", "schedule", "defer", "restore", "recall", "handle", "reach", "collect", "await commit", "commit"]);

    [Fact]
    public void Every_step_is_told_in_one_sentence() =>
        AgentPipeline.BuiltInSteps.ShouldAllBe(step => step.Description.EndsWith('.') && !step.Description.TrimEnd('.').Contains('.'));
}
