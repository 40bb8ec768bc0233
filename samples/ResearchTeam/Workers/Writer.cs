using Ganglion.Agents;
using Microsoft.Extensions.AI;
using ResearchTeam.Messages;

namespace ResearchTeam.Workers;

[Agent("writer", Description = "Writes texts from the results of other tasks.", Capabilities = [Team.Capability])]
internal sealed class Writer(IChatClient model) : Worker(model, Instructions)
{
    public const string Instructions = "You are a writer. Write what the task asks for, from the results that are given, and from nothing else.";

    [On(Channels.WriterTasks)]
    public Task WriteAsync(AgentTask task, AgentContext context) => WorkAsync(task, context);
}
