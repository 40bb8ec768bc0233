using System.Text;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Tests.Runtime;
using Ganglion.Tools;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Tools;

/// <summary>An agent that calls tools as it is told, and publishes what a model would be told.</summary>
internal sealed class ToolTestHost : IAsyncDisposable
{
    public AgentTestHost Agents { get; } = new();

    public static async Task<ToolTestHost> StartAsync(IReadOnlyList<AITool> tools, params FunctionCallContent[] calls)
    {
        var host = new ToolTestHost();
        await host.RunAsync(tools, calls);
        await host.BeginAsync();
        return host;
    }

    /// <summary>What a model would be told of one call of one tool.</summary>
    public static async Task<string> CallAsync(AITool tool, object? arguments = null)
    {
        await using ToolTestHost host = await StartAsync([tool], CallOf(tool.Name, arguments));
        return (await host.ResultsAsync())[0];
    }

    public static FunctionCallContent CallOf(string tool, object? arguments = null, string id = "call-1") => new(
        id, tool, arguments is null ? null : JsonSerializer.SerializeToElement(arguments).EnumerateObject().ToDictionary(one => one.Name, one => (object?)one.Value.Clone()));

    public Task RunAsync(
        IReadOnlyList<AITool> tools, FunctionCallContent[] calls, TimeProvider? time = null, Dictionary<string, string?>? configuration = null, Action<GanglionBuilder>? more = null) =>
        Agents.RunAsync(
            ganglion =>
            {
                ganglion.AddAgent(
                    "caller",
                    agent => agent.On("prompts", async (AgentContext context) =>
                    {
                        IReadOnlyList<FunctionResultContent> results = await context.CallToolsAsync(calls, tools);
                        context.Publish("results", results.Select(result => $"{result.CallId}: {result.Result}").ToArray());
                    }),
                    options =>
                    {
                        options.RetryDelay = TimeSpan.Zero;
                        options.MaxRetryDelay = TimeSpan.Zero;
                    });
                more?.Invoke(ganglion);
            },
            time,
            configuration);

    public Task BeginAsync() => Agents.AppendAsync("prompts", "k", "{}");

    /// <summary>The results, without the ids of their calls where there is only one.</summary>
    public async Task<string[]> ResultsAsync()
    {
        CloudEvent published = (await Agents.ReadAsync("results", 1))[0];
        string[] results = JsonSerializer.Deserialize<string[]>(published.Data!.Value.Span)!;
        return results is [var only] ? [only[(only.IndexOf(' ', StringComparison.Ordinal) + 1)..]] : results;
    }

    public async Task<List<JsonElement>> EntriesAsync(int count) =>
        [.. (await Agents.ReadAsync(ToolCallEntry.Channel, count)).Select(told => JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetString(told.Data!.Value.Span)))];

    public ValueTask DisposeAsync() => Agents.DisposeAsync();
}
