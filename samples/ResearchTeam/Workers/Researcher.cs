using Ganglion.Agents;
using Ganglion.Tools.BuiltIn;
using Microsoft.Extensions.AI;
using ResearchTeam.Messages;

namespace ResearchTeam.Workers;

/// <summary>Finds facts in a folder of documents.</summary>
[Agent("researcher", Description = "Finds facts about one question in the documents.", Capabilities = [Team.Capability])]
internal sealed class Researcher(IChatClient model, TeamOptions options) : Worker(model, Instructions)
{
    public const string Instructions = "You are a researcher. Search the documents for what the task asks for, and answer with the facts, each with the document it is from. If there are none, say so.";

    private readonly ChatOptions _chat = new() { Tools = [DocumentSearch.Create(options.Documents), DocumentSearch.CreateReader(options.Documents)] };

    [On(Channels.ResearcherTasks)]
    public Task ResearchAsync(AgentTask task, AgentContext context) => WorkAsync(task, context, _chat);
}
