using Ganglion.Brokers;

namespace Ganglion.Tests.Runtime.Inputs;

/// <summary>The topics of an agent itself, where somebody else has created them.</summary>
public sealed class OwnTopicTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("echo.state")]
    [InlineData("echo.timers")]
    [InlineData("echo.journal")]
    public async Task An_agent_does_not_start_where_what_it_remembers_lies_in_other_partitions_than_its_events(string topic)
    {
        await using var host = new AgentTestHost();
        await host.Broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = 3, Cleanup = CleanupPolicy.Compact }, AgentTestHost.Timeout);

        TopicException refusal = await Should.ThrowAsync<TopicException>(() => host.RunAsync(ganglion => ganglion.AddAgent("echo", agent => agent
            .On<Note>("notes", (note, context) => context.Publish("echoes", note)))));

        refusal.Code.ShouldBe("topic-partitions-unequal");
        refusal.Message.ShouldContain($"'{topic}' has 3 partitions, but 'echo.inbox' has 8");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_inbox_that_is_there_says_how_many_partitions_the_others_get()
    {
        await using var host = new AgentTestHost();
        await host.Broker.Topics.CreateAsync("echo.inbox", new TopicSettings { Partitions = 3 }, AgentTestHost.Timeout);

        await host.RunAsync(ganglion => ganglion.AddAgent("echo", agent => agent.On<Note>("notes", (note, context) => context.Publish("echoes", note))));

        foreach (string topic in (string[])["echo.state", "echo.timers", "echo.journal", "notes"])
        {
            (await host.Broker.Topics.FindAsync(topic, AgentTestHost.Timeout)).ShouldNotBeNull().Partitions.Count.ShouldBe(3);
        }
    }
}
