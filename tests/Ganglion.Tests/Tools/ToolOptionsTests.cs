using Ganglion.Agents;
using Ganglion.Tests.Runtime;
using Ganglion.Tools;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Tools;

/// <summary>How tools are to be called, as code and configuration say.</summary>
public sealed class ToolOptionsTests
{
    [Fact(Timeout = 60_000)]
    public async Task The_configuration_comes_after_the_code_and_what_fits_best_counts_most()
    {
        await using var host = new ToolTestHost();
        await host.RunAsync([], [], configuration: new()
        {
            ["Ganglion:Tools:*:Retries"] = "1",
            ["Ganglion:Tools:*:Timeout"] = "00:00:01",
            ["Ganglion:Tools:files_*:Retries"] = "2",
            ["Ganglion:Tools:files_read:Retries"] = "3",
        });
        var policies = host.Agents.Host.Services.GetRequiredService<ToolPolicies>();
        var code = new ToolOptions { MaxResultBytes = 7, Retries = 9 };

        policies.Of(AgentTool.Create(() => 1, "other", options: code)).ShouldBe(code with { Retries = 1, Timeout = TimeSpan.FromSeconds(1) });
        policies.Of(AgentTool.Create(() => 1, "files_list", options: code)).ShouldBe(code with { Retries = 2, Timeout = TimeSpan.FromSeconds(1) });
        policies.Of(AIFunctionFactory.Create(() => 1, "files_read")).ShouldBe(new ToolOptions { Retries = 3, Timeout = TimeSpan.FromSeconds(1) });
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_with_faults_in_its_tools_does_not_start_and_tells_all_of_them()
    {
        await using var host = new ToolTestHost();

        ToolException exception = await Should.ThrowAsync<ToolException>(host.RunAsync([], [], configuration: new()
        {
            ["Ganglion:Tools:pay:Retries"] = "many",
            ["Ganglion:Tools:pay:Color"] = "red",
            ["Ganglion:Tools:look:Timeout"] = "00:00:00",
            ["Ganglion:Tools:look:MaxResultBytes"] = "0",
        }));

        exception.Code.ShouldBe("tool-options-invalid");
        exception.Message.ShouldContain("Ganglion:Tools:pay:Retries is 'many'");
        exception.Message.ShouldContain("Ganglion:Tools:pay:Color means nothing");
        exception.Message.ShouldContain("Ganglion:Tools:look:Timeout is 00:00:00");
        exception.Message.ShouldContain("Ganglion:Tools:look:MaxResultBytes is 0");
    }

    [Fact]
    public void A_tool_with_faults_in_its_options_is_refused_with_all_of_them()
    {
        var options = new ToolOptions { Retries = -1, RetryDelay = TimeSpan.FromMinutes(1), Dependency = "" };

        string message = Should.Throw<ArgumentException>(() => AgentTool.Create(() => 1, "pay", options: options)).Message;

        message.ShouldContain("pay:Retries is -1");
        message.ShouldContain("pay:RetryDelay is 00:01:00");
        message.ShouldContain("pay:Dependency is empty");
    }

    [Fact(Timeout = 60_000)]
    public async Task While_the_dependency_of_a_tool_is_left_alone_the_handler_waits_and_the_model_is_told_nothing()
    {
        await using var host = new ToolTestHost();
        int calls = 0;
        AgentTool call = AgentTool.Create(
            () => Interlocked.Increment(ref calls) <= 2 ? throw new IOException("down") : "up", "call",
            options: new ToolOptions { Dependency = "bank", Retries = 1_00, RetryDelay = TimeSpan.Zero, IsTrusted = true });
        await host.RunAsync([call], [ToolTestHost.CallOf("call")], more: ganglion => ganglion.AddCircuitBreaker("bank", options =>
        {
            options.FailureRatio = 0.1;
            options.MinimumThroughput = 2;
            options.BreakDuration = TimeSpan.FromMilliseconds(500);
        }));

        await host.BeginAsync();

        (await host.ResultsAsync()).ShouldBe(["up"]);
        calls.ShouldBe(3);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_method_that_wants_its_effect_context_says_so_where_there_is_none()
    {
        AgentTool tool = AgentTool.Create((EffectContext effect) => effect.IdempotencyKey, "key");

        (await Should.ThrowAsync<InvalidOperationException>(tool.InvokeAsync([], AgentTestHost.Timeout).AsTask())).Message.ShouldContain("CallToolsAsync");
        tool.JsonSchema.GetRawText().ShouldNotContain("effect");
    }
}
