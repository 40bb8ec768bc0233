using System.Text.Json;
using Ganglion.Agents;
using Microsoft.Extensions.AI;

namespace Ganglion.Tools;

/// <summary>
/// One call, from what the model has asked for to what it is told. Everything that may differ when the handler runs again (which tools there are, how they are to be called, what they
/// return) is looked at within a step, and so recorded.
/// </summary>
internal sealed class ToolCall(AgentContext context, FunctionCallContent call, IReadOnlyList<AITool> tools)
{
    private const int LongestName = 100;

    /// <summary>What the model has called it, as far as it can stand in a journal and in a trace: a model may write anything.</summary>
    private string Name { get; } = Plain(call.Name);

    public async Task<FunctionResultContent> RunAsync()
    {
        ToolOutcome outcome = await StepAsync($"tool {Name}", effect => new ToolRun(context, effect, call, Name, tools).RunAsync()).ConfigureAwait(true);
        Tell(outcome);
        return new FunctionResultContent(call.CallId, outcome.Text);
    }

    private async Task<ToolOutcome> StepAsync(string step, Func<EffectContext, Task<ToolOutcome>> run)
    {
        JsonElement recorded = await context.RunAsync(
            step, async effect => JsonSerializer.SerializeToElement(await run(effect).ConfigureAwait(false), ToolJson.Wire.ToolOutcome)).ConfigureAwait(true);
        return recorded.Deserialize(ToolJson.Wire.ToolOutcome)!;
    }

    private void Tell(ToolOutcome outcome)
    {
        var entry = new ToolCallEntry
        {
            Instance = context.Self.ToString(),
            Tool = Name,
            CallId = Plain(call.CallId),
            Status = outcome.Status,
            Duration = outcome.Duration,
            Attempts = outcome.Attempts,
            ArgumentsSize = outcome.ArgumentsSize,
            ArgumentsHash = outcome.ArgumentsHash,
            ResultSize = outcome.ResultSize,
            ResultHash = outcome.ResultHash,
        };
        context.Publish(ToolCallEntry.Channel, JsonSerializer.SerializeToElement(entry, ToolJson.Wire.ToolCallEntry));
    }

    private static string Plain(string? name) => name is { Length: > 0 and <= LongestName } && !name.Any(letter => char.IsControl(letter) || char.IsSurrogate(letter))
        ? name
        : string.Concat((name ?? "").Where(letter => !char.IsControl(letter) && !char.IsSurrogate(letter)).Take(LongestName)) is { Length: > 0 } plain ? plain : "-";
}
