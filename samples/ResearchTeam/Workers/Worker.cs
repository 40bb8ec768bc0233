using Ganglion.Agents;
using Ganglion.Models;
using Microsoft.Extensions.AI;
using ResearchTeam.Messages;

namespace ResearchTeam.Workers;

/// <summary>Does tasks with a model, and says so if it cannot.</summary>
internal abstract class Worker(IChatClient model, string instructions) : Agent
{
    protected async Task WorkAsync(AgentTask task, AgentContext context, ChatOptions? chat = null)
    {
        var result = new TaskResult(task.RequestId, task.TaskId, task.Assignment, context.Self.Type.Name, true, "");
        try
        {
            ChatResponse response = await context.InferAsync(model, Prompts.Task(instructions, task), new InferenceOptions { Chat = chat });
            result = result with { Text = response.Messages[^1].Text };
        }
        catch (Exception exception) when (exception is EffectFailedException or ModelAnswerException)
        {
            result = result with { Succeeded = false, Text = exception.Message };
        }

        context.Publish(Channels.Results, result, key: task.RequestId);
    }
}
