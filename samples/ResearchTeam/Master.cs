using Ganglion.Agents;
using Ganglion.Models;
using Ganglion.Teams;
using Microsoft.Extensions.AI;
using ResearchTeam.Messages;

namespace ResearchTeam;

/// <summary>
/// Leads the team: has the model plan, hands out the tasks, and makes an answer of the results. All that it awaits is on the log: it may die at any place, and goes on there in any process.
/// </summary>
[Agent("master", Description = "Plans what a request takes, hands out the tasks, and makes an answer of the results.")]
internal sealed class Master(IChatClient model, TeamOptions options) : Agent
{
    [On(Channels.Prompts)]
    public async Task AnswerAsync(UserPrompt prompt, AgentContext context)
    {
        try
        {
            IReadOnlyList<TeamMember> team = await AssembleAsync(context);
            var results = new Dictionary<string, TaskResult>();
            var failed = new List<string>();
            bool isInTime = true;
            for (int round = 1; round == 1 || (failed.Count > 0 && isInTime && round <= options.Replans + 1); round++)
            {
                Plan plan = await PlanAsync(context, prompt, team, results, failed);
                context.Publish(Channels.Plans, new PlanMade(prompt.RequestId, round, plan.Tasks));
                PlanRun<TaskResult> run = plan.Start<TaskResult>((task, inputs) => AssignAsync(context, prompt, team, task, inputs), results);
                isInTime = await context.CompletesWithinAsync(run.Completion, options.PlanTime);
                failed = [.. plan.Tasks.Where(task => run.Results.GetValueOrDefault(task.Id) is not { Succeeded: true }).Select(task => Failure(task, run))];
                results = results.Values.Concat(run.Results.Values).Where(result => result.Succeeded).ToDictionary(result => result.TaskId);
            }

            ChatResponse synthesis = await context.InferAsync(
                model, Prompts.Synthesis(prompt, results.Values, failed), new InferenceOptions { Name = "synthesise", StreamTo = Channels.AnswerStream });
            OutputStatus status = failed.Count == 0 ? OutputStatus.Complete : OutputStatus.Partial;
            context.Publish(Channels.Answers, new FinalOutput(prompt.RequestId, status, synthesis.Text, failed));
        }
        catch (Exception exception) when (exception is EffectFailedException or ModelAnswerException or TeamException)
        {
            context.Publish(Channels.Answers, new FinalOutput(prompt.RequestId, OutputStatus.Failed, $"There is no answer. {exception.Message}", []));
        }
    }

    // Whoever begins later is in the team of the next request.
    private async Task<IReadOnlyList<TeamMember>> AssembleAsync(AgentContext context)
    {
        for (DateTimeOffset since = context.Now; context.Now <= since + options.TeamTime;)
        {
            if (await context.FindMembersAsync(Team.Capability, Channels.TaskPrefix) is { Count: > 0 } team)
            {
                return team;
            }

            await context.DelayAsync(TimeSpan.FromSeconds(1));
        }

        throw new TeamException("No worker runs: start one by --role researcher or --role writer.");
    }

    private async Task<Plan> PlanAsync(
        AgentContext context, UserPrompt prompt, IReadOnlyList<TeamMember> team, Dictionary<string, TaskResult> results, List<string> failed)
    {
        string? objection = null;
        while (true)
        {
            Plan plan = await context.InferAsync<Plan>(
                model,
                Prompts.Plan(prompt, team, results.Values, failed, objection),
                new InferenceOptions { Name = "plan" },
                plan => plan.FaultsFor(team, options.MaxTasks, results.Keys));
            if (!prompt.ApprovePlan)
            {
                return plan;
            }

            PlanReview review = await context.AskAsync<PlanReview>(
                Channels.PlansToApprove, new PlanMade(prompt.RequestId, 0, plan.Tasks), answers: Channels.PlansDecided, by: new("request_id", prompt.RequestId));
            if (review.Approved)
            {
                return plan;
            }

            objection = review.Comment ?? "Make another plan.";
        }
    }

    // A task that fails goes to whoever else reads tasks of its kind, or again to the same worker.
    private async Task<TaskResult> AssignAsync(AgentContext context, UserPrompt prompt, IReadOnlyList<TeamMember> team, PlannedTask task, IReadOnlyList<TaskResult> inputs)
    {
        var result = new TaskResult(prompt.RequestId, task.Id, "", task.Agent, false, "It was not assigned, because what it depends on has failed.");
        for (int attempt = 1; attempt <= options.Attempts && !result.Succeeded && inputs.All(input => input.Succeeded); attempt++)
        {
            string assignment = $"{prompt.RequestId}/{task.Id}/{attempt}";
            try
            {
                result = await context.AskAsync<TaskResult>(
                    team.Single(member => member.Name == task.Agent).Channel,
                    new AgentTask(prompt.RequestId, task.Id, assignment, task.Task, inputs),
                    answers: Channels.Results,
                    options.TaskTime,
                    by: new("assignment", assignment),
                    key: assignment);
            }
            catch (RequestTimeoutException)
            {
                result = result with { Text = $"It was not done within {options.TaskTime}." };
            }
        }

        return result;
    }

    private static string Failure(PlannedTask task, PlanRun<TaskResult> run) =>
        $"{task.Id} ({task.Agent}): {task.Task}: {(run.Results.TryGetValue(task.Id, out TaskResult? result) ? result.Text : "It was not done in time.")}";
}
