using Ganglion.Agents;
using Ganglion.Tests.Runtime;
using Ganglion.Tools;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Tools;

/// <summary>Results as large as they may be: what is recorded together must fit into a record.</summary>
public sealed class ToolSizeTests
{
    [Theory(Timeout = 60_000)]
    [InlineData('x')]
    [InlineData('"')]
    [InlineData('\n')]
    [InlineData('\u0001')]
    [InlineData('€')]
    public async Task The_largest_results_of_many_calls_at_once_are_kept_and_told(char letter)
    {
        // All of them end at once.
        int begun = 0;
        var all = new TaskCompletionSource();
        AgentTool large = AgentTool.Create(
            async () =>
            {
                if (Interlocked.Increment(ref begun) == 16)
                {
                    all.SetResult();
                }

                await all.Task;
                return new string(letter, 1_000_000);
            },
            "large", options: new ToolOptions { MaxResultBytes = ToolText.MostKept });
        FunctionCallContent[] calls = [.. Enumerable.Range(0, 16).Select(n => ToolTestHost.CallOf("large", id: $"c{n}"))];
        await using var host = new ToolTestHost();
        var told = new TaskCompletionSource<IReadOnlyList<FunctionResultContent>>();
        await host.Agents.RunAsync(ganglion => ganglion.AddAgent(
            "caller",
            agent => agent.On("prompts", async (AgentContext context) =>
            {
                told.TrySetResult(await context.CallToolsAsync(calls, [large]));
            })));

        await host.BeginAsync();

        (await told.Task.WaitAsync(AgentTestHost.Timeout)).ShouldAllBe(result => $"{result.Result}".Contains("[cut off here", StringComparison.Ordinal));
        (await host.EntriesAsync(16)).Count.ShouldBe(16);
    }
}
