using Ganglion.Agents;
using Microsoft.Extensions.AI;
using ResearchTeam.Messages;

namespace ResearchTeam.Workers;

[Agent("researcher", Description = "Finds facts about one question.", Capabilities = [Team.Capability])]
internal sealed class Researcher(IChatClient model) : Worker(model, Instructions)
{
    public const string Instructions = "You are a researcher. Find out what the task asks for, and answer with the facts, a line each.";

    [On(Channels.ResearcherTasks)]
    public Task ResearchAsync(AgentTask task, AgentContext context) => WorkAsync(task, context);
}
