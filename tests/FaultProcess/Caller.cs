using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Tools;
using Microsoft.Extensions.AI;

namespace FaultProcess;

/// <summary>Calls tools as a model would ask for it: two at once, one, one that needs approval, and one more.</summary>
[Agent("caller")]
internal sealed class Caller(Effects effects) : Agent
{
    [On("tools.prompts")]
    public async Task Answer(CloudEvent prompt, AgentContext context)
    {
        AgentTool[] tools =
        [
            AgentTool.Create((int number, EffectContext effect) => effects.DoAsync("look", number, effect.IdempotencyKey), "look"),
            AgentTool.Create(
                (int number, EffectContext effect) => effects.DoAsync("pay", number, effect.IdempotencyKey), "pay", options: new ToolOptions { Approval = ToolApproval.Always }),
        ];
        var told = new List<string>();
        foreach (FunctionCallContent[] calls in new FunctionCallContent[][] { [Call("look", 1), Call("look", 2)], [Call("look", 3)], [Call("pay", 4)], [Call("look", 5)] })
        {
            told.AddRange((await context.CallToolsAsync(calls, tools)).Select(result => $"{result.Result}"));
        }

        context.Publish("tools.answers", told);
    }

    private static FunctionCallContent Call(string tool, int number) => new($"call-{number}", tool, new Dictionary<string, object?> { ["number"] = number });
}
