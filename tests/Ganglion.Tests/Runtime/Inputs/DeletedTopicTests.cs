using System.Text;
using Ganglion.Agents;
using Ganglion.Events;

namespace Ganglion.Tests.Runtime.Inputs;

public sealed class DeletedTopicTests
{
    [Fact(Timeout = 60_000)]
    public async Task An_agent_goes_on_with_its_other_topics_when_one_is_deleted()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("echo", agent => agent
            .On<Note>("notes", (note, context) => context.Publish("echoes", note))
            .On<Note>("letters", (note, context) => context.Publish("echoes", note))));
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.AppendAsync("letters", "k", """{"number":2}""");
        await host.ReadAsync("echoes", 2);

        // The agent knows that the letter is committed when it commits the next one.
        await host.AppendAsync("notes", "k", """{"number":3}""");
        await host.ReadAsync("echoes", 3);

        await host.Broker.Topics.DeleteAsync("letters", AgentTestHost.Timeout);
        while ((await host.Broker.Groups.FindAsync("echo", AgentTestHost.Timeout))!.Members[0].Assignment.Any(partition => partition.Topic == "letters"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), AgentTestHost.Timeout);
        }

        await host.AppendAsync("notes", "k", """{"number":4}""");

        List<CloudEvent> echoes = await host.ReadAsync("echoes", 4);
        Encoding.UTF8.GetString(echoes[3].Data!.Value.Span).ShouldBe("""{"number":4}""");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_under_way_of_a_topic_that_is_deleted_leaves_nothing_behind_in_its_instance()
    {
        var begun = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("counter", agent => agent
            .On<Note>("notes", (_, context) => Count(context))
            .On<Note>("letters", async (_, context) =>
            {
                begun.SetResult();
                await goOn.Task;
                Count(context);
            })));
        await host.AppendAsync("notes", "k", """{"number":1}""");
        await host.AppendAsync("letters", "k", """{"number":2}""");
        await begun.Task;

        // It waits behind the letter, and finds what that has done if nobody takes it back.
        await host.AppendAsync("notes", "k", """{"number":3}""");
        await host.Broker.Topics.DeleteAsync("letters", AgentTestHost.Timeout);
        goOn.SetResult();

        List<CloudEvent> counts = await host.ReadAsync("counts", 2);
        counts.Select(count => Encoding.UTF8.GetString(count.Data!.Value.Span)).ShouldBe(["1", "2"]);
    }

    private static void Count(AgentContext context)
    {
        int count = context.GetState<int>() + 1;
        context.SetState(count);
        context.Publish("counts", count);
    }
}
