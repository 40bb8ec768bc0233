using Ganglion.Agents;
using Ganglion.Approvals;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Approvals;

/// <summary>Handlers that wait for a person's decision.</summary>
public sealed class QuestionForApprovalTests
{
    private readonly ManualTime _time = new();

    [Fact(Timeout = 60_000)]
    public async Task A_handler_gets_what_was_approved_as_its_type()
    {
        await using AgentTestHost host = await StartAsync();

        await ActAsync(host, ApprovalAction.Edit, new Plan("Berlin", 2));

        (await TextAsync(host)).ShouldBe("approved by ines: Berlin 2, edited");
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_nobody_decides_in_time_the_handler_goes_on_with_what_the_queue_does_then()
    {
        await using AgentTestHost host = await StartAsync(options => options.Queues["plans"] = new ApprovalQueueOptions
        {
            DefaultAfter = TimeSpan.FromDays(2), DefaultAction = ApprovalDefault.Reject,
        });

        await _time.WhenTimerIsSetAsync(TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromDays(2));

        (await TextAsync(host)).ShouldBe("rejected by ganglion: its time was over");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_queue_that_cannot_be_one_is_refused_at_once()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("planner", agent => agent.On("prompts", async (AgentContext context) =>
        {
            string message = (await Should.ThrowAsync<ArgumentException>(context.AskForApprovalAsync(new ApprovalQuestion("a/b", "plan"), 1))).Message;
            context.Publish("done", message);
        })));

        await host.AppendAsync("prompts", "k", "{}");

        (await TextAsync(host)).ShouldContain("'a/b' cannot be a queue");
    }

    private async Task<AgentTestHost> StartAsync(Action<ApprovalOptions>? configure = null)
    {
        var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddApprovals(configure).AddAgent("planner", agent => agent.On("prompts", async (AgentContext context) =>
            {
                ApprovalDecision<Plan> decision = await context.AskForApprovalAsync(new ApprovalQuestion("plans", "plan.proposed"), new Plan("Bonn", 3));
                context.Publish("done", decision.IsApproved
                    ? $"approved by {decision.By}: {decision.Data.City} {decision.Data.Days}{(decision.IsEdited ? ", edited" : "")}"
                    : $"rejected by {decision.By}: {decision.Reason}");
            })),
            _time);
        await host.AppendAsync("prompts", "k", "{}");
        await host.ReadAsync(ApprovalQueues.Topic, 1);
        return host;
    }

    private static async Task ActAsync(AgentTestHost host, ApprovalAction action, Plan data)
    {
        ApprovalQueues queues = host.Host.Services.GetRequiredService<ApprovalQueues>();
        ApprovalItem item = (await queues.ListAsync(new ApprovalFilter { Queue = "plans" }, cancellationToken: AgentTestHost.Timeout)).Items[0];
        await queues.ActAsync(
            new ApprovalCommand(item.Id, action)
            {
                By = "ines",
                Version = item.Version,
                Data = System.Text.Json.JsonSerializer.SerializeToElement(data, System.Text.Json.JsonSerializerOptions.Web),
            },
            AgentTestHost.Timeout);
    }

    private static async Task<string> TextAsync(AgentTestHost host) =>
        System.Text.Json.JsonSerializer.Deserialize<string>((await host.ReadAsync("done", 1))[0].Data!.Value.Span)!;

    private sealed record Plan(string City, int Days);
}
