using System.Collections.Concurrent;
using System.Text.Json;
using Ganglion.Approvals;
using Ganglion.Tests.Runtime;
using Ganglion.Tools;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Tools;

/// <summary>Calls that wait for a person.</summary>
public sealed class ToolApprovalTests
{
    private static readonly ToolOptions Asking = new() { Approval = ToolApproval.Always, IsTrusted = true };

    private readonly ConcurrentQueue<decimal> _paid = new();

    [Fact(Timeout = 60_000)]
    public async Task A_call_that_needs_approval_waits_and_is_made_once_it_is_given()
    {
        await using ToolTestHost host = await StartAsync(PayTool(Asking));
        ApprovalItem item = await WhenAskedAsync(host);
        item.Queue.ShouldBe("tools");
        item.Rule.ShouldBe("tool pay");
        item.Agent.ShouldBe("caller");
        _paid.ShouldBeEmpty();

        await ActAsync(host, item, ApprovalAction.Approve);

        (await host.ResultsAsync()).ShouldBe(["paid 12"]);
        JsonElement entry = (await host.EntriesAsync(1))[0];
        entry.GetProperty("approval").GetString().ShouldBe(item.Id);
        entry.GetProperty("decided_by").GetString().ShouldBe("maria");
        entry.GetProperty("is_edited").GetBoolean().ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_that_is_rejected_is_not_made_and_the_model_is_told_by_whom_and_why()
    {
        await using ToolTestHost host = await StartAsync(PayTool(Asking));

        await ActAsync(host, await WhenAskedAsync(host), ApprovalAction.Reject, reason: "far too\nmuch");

        (await host.ResultsAsync()).ShouldBe(["The tool 'pay' was not called. It needs approval, and maria has rejected it: far too much"]);
        _paid.ShouldBeEmpty();
        (await host.EntriesAsync(1))[0].GetProperty("status").GetString().ShouldBe("Rejected");
    }

    [Fact(Timeout = 60_000)]
    public async Task Arguments_that_were_edited_are_those_that_it_is_called_with_and_the_model_is_told()
    {
        await using ToolTestHost host = await StartAsync(PayTool(Asking));
        ApprovalItem item = await WhenAskedAsync(host);

        await ActAsync(host, item, ApprovalAction.Edit, data: new { tool = "drop", arguments = new { amount = 5 } });

        (await host.ResultsAsync()).ShouldBe(["A person has changed the arguments before the call, to {\"amount\":5}.\npaid 5"]);
        _paid.ShouldBe([5m]);
        (await host.EntriesAsync(1))[0].GetProperty("is_edited").GetBoolean().ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task Edited_arguments_that_do_not_fit_are_not_called_either()
    {
        await using ToolTestHost host = await StartAsync(PayTool(Asking));
        ApprovalItem item = await WhenAskedAsync(host);

        await ActAsync(host, item, ApprovalAction.Edit, data: new { tool = "pay", arguments = new { amount = 12, to = "me" } }, expected: "approval-edit-invalid");
        await ActAsync(host, item, ApprovalAction.Edit, data: new { tool = "pay", arguments = new { amount = 1.5e300 } });

        (await host.ResultsAsync())[0].ShouldContain("The tool 'pay' has failed");
        _paid.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Hosts_may_come_and_go_while_a_call_waits_and_what_ran_before_it_is_not_called_again()
    {
        await using var host = new ToolTestHost();
        int looks = 0;
        AgentTool look = AgentTool.Create(() => Interlocked.Increment(ref looks), "look", options: new ToolOptions { IsTrusted = true });
        FunctionCallContent[] calls = [ToolTestHost.CallOf("look", id: "one"), ToolTestHost.CallOf("pay", new { amount = 12 }, "two")];
        await host.RunAsync([look, PayTool(Asking)], calls, more: ganglion => ganglion.AddApprovals());
        await host.BeginAsync();
        ApprovalItem item = await WhenAskedAsync(host);
        await host.Agents.KillAsync();

        // The policy has changed meanwhile: what waits goes on waiting.
        await host.RunAsync([look, PayTool(new ToolOptions { IsTrusted = true })], calls, more: ganglion => ganglion.AddApprovals());
        await ActAsync(host, item, ApprovalAction.Approve);

        (await host.ResultsAsync()).ShouldBe(["one: 1", "two: paid 12"]);
        looks.ShouldBe(1);
        _paid.ShouldBe([12m]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_calls_above_the_limit_need_approval_where_the_tool_says_so_and_what_cannot_be_rated_does()
    {
        var options = new ToolOptions
        {
            Approval = ToolApproval.AboveRisk,
            RiskLimit = 0.2,
            RiskOf = arguments => Convert.ToDouble(((JsonElement)arguments["amount"]!).GetDecimal()) / 100,
            IsTrusted = true,
        };
        await using var host = new ToolTestHost();
        await host.RunAsync(
            [PayTool(options)],
            [.. new object[] { 12, 21, "7" }.Select((amount, i) => ToolTestHost.CallOf("pay", new { amount }, $"c{i}"))],
            more: ganglion => ganglion.AddApprovals());
        await host.BeginAsync();

        await WhenAskedAsync(host, count: 2);

        ApprovalPage page = await host.Agents.Host.Services.GetRequiredService<ApprovalQueues>().ListAsync(new ApprovalFilter(), cancellationToken: AgentTestHost.Timeout);
        page.Items.Select(item => item.Reason).Order(StringComparer.Ordinal).ShouldBe(
            ["the risk of this call of 'pay' is 0.21, above 0.2", "the risk of this call of 'pay' is 1, above 0.2"]);
        _paid.ShouldBe([12m]);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_configuration_and_the_mark_of_the_platform_ask_for_approval_too()
    {
        await using var host = new ToolTestHost();
        await host.RunAsync(
            [AIFunctionFactory.Create(() => 1, "files_write"), new ApprovalRequiredAIFunction(AIFunctionFactory.Create(() => 2, "send"))],
            [ToolTestHost.CallOf("files_write", id: "one"), ToolTestHost.CallOf("send", id: "two")],
            configuration: new() { ["Ganglion:Tools:files_*:Approval"] = "Always", ["Ganglion:Tools:files_*:ApprovalQueue"] = "files" },
            more: ganglion => ganglion.AddApprovals());
        await host.BeginAsync();

        await WhenAskedAsync(host, count: 2);

        ApprovalPage page = await host.Agents.Host.Services.GetRequiredService<ApprovalQueues>().ListAsync(new ApprovalFilter(), cancellationToken: AgentTestHost.Timeout);
        page.Items.Select(item => $"{item.Queue}: {item.Rule}").Order(StringComparer.Ordinal).ShouldBe(["files: tool files_write", "tools: tool send"]);
    }

    private AgentTool PayTool(ToolOptions options) => AgentTool.Create(
        (decimal amount) =>
        {
            _paid.Enqueue(amount);
            return $"paid {amount}";
        },
        "pay", options: options);

    private static async Task<ToolTestHost> StartAsync(AgentTool tool)
    {
        var host = new ToolTestHost();
        await host.RunAsync([tool], [ToolTestHost.CallOf("pay", new { amount = 12 })], more: ganglion => ganglion.AddApprovals());
        await host.BeginAsync();
        return host;
    }

    private static async Task<ApprovalItem> WhenAskedAsync(ToolTestHost host, int count = 1)
    {
        await host.Agents.ReadAsync(ApprovalQueues.Topic, count);
        ApprovalPage page = await host.Agents.Host.Services.GetRequiredService<ApprovalQueues>().ListAsync(new ApprovalFilter(), cancellationToken: AgentTestHost.Timeout);
        page.Items.Count.ShouldBe(count);
        return page.Items[0];
    }

    private static async Task ActAsync(
        ToolTestHost host, ApprovalItem item, ApprovalAction action, string? reason = null, object? data = null, string? expected = null)
    {
        var command = new ApprovalCommand(item.Id, action)
        {
            By = "maria", Version = item.Version, Reason = reason, Data = data is null ? null : JsonSerializer.SerializeToElement(data),
        };
        Task<ApprovalOutcome> acting = host.Agents.Host.Services.GetRequiredService<ApprovalQueues>().ActAsync(command, AgentTestHost.Timeout).AsTask();
        if (expected is null)
        {
            await acting;
        }
        else
        {
            (await Should.ThrowAsync<ApprovalException>(acting)).Code.ShouldBe(expected);
        }
    }
}
