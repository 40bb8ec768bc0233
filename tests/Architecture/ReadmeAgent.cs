using Ganglion.Agents;
using Ganglion.Models;
using Ganglion.Teams;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Hosting;

namespace Architecture;

/// <summary>The agents of README.md, compiled.</summary>
internal static class ReadmeAgent
{
    public const string Path = "tests/Architecture/ReadmeAgent.cs";

    public static void Configure(IHostApplicationBuilder builder) =>
        builder.AddGanglion(ganglion => ganglion
            .UseEmbeddedBroker("data")
            .AddAgent<InvoiceClassifier>());
}

[Agent("invoice-classifier")]
public sealed class InvoiceClassifier(IInvoiceModel model) : Agent
{
    [On("invoice.created")]
    public async Task ClassifyAsync(InvoiceCreated invoice, AgentContext context)
    {
        Classification verdict = await context.RunAsync("classify", effect => model.ClassifyAsync(invoice, effect.CancellationToken));

        if (verdict.Confidence < 0.8)
        {
            Review review = await context.AskAsync<Review>(
                "human_in_loop.required", new ReviewRequest(invoice.InvoiceId, verdict),
                answers: "human_in_loop.completed", by: new("invoice_id", invoice.InvoiceId));
            verdict = verdict.DecidedBy(review);
        }

        context.Publish("invoice.classified", new InvoiceClassified(invoice.InvoiceId, verdict.Label));
    }
}

/// <summary>What a reader of README.md brings along.</summary>
public interface IInvoiceModel
{
    Task<Classification> ClassifyAsync(InvoiceCreated invoice, CancellationToken cancellationToken);
}

public sealed record InvoiceCreated(string InvoiceId, decimal Amount);

public sealed record Classification(string Label, double Confidence)
{
    public Classification DecidedBy(Review review) => this with { Label = review.Result };
}

public sealed record ReviewRequest(string InvoiceId, Classification Suggestion);

public sealed record Review(string InvoiceId, string Result);

public sealed record InvoiceClassified(string InvoiceId, string Label);

[Agent("master")]
public sealed class Master(IChatClient model) : Agent
{
    [On("user_prompts_topic")]
    public async Task AnswerAsync(UserPrompt prompt, AgentContext context)
    {
        IReadOnlyList<TeamMember> team = await context.FindMembersAsync("research-team", channelPrefix: "agent_tasks_");
        Plan plan = await context.InferAsync<Plan>(
            model, $"Plan how {string.Join("; ", team)} find out: {prompt.Text}", check: plan => plan.FaultsFor(team));

        PlanRun<TaskResult> run = plan.Start<TaskResult>((task, inputs) => context.AskAsync<TaskResult>(
            team.Single(member => member.Name == task.Agent).Channel, new AgentTask(task.Id, task.Task, inputs),
            answers: "agent_results_topic", key: task.Id));
        await run.Completion;

        string answer = await context.InferAsync(model, $"Answer '{prompt.Text}' from this: {string.Join("; ", run.Results.Values)}");
        context.Publish("final_output_topic", new FinalOutput(prompt.Text, answer));
    }
}

public sealed record UserPrompt(string Text);

public sealed record AgentTask(string TaskId, string Task, IReadOnlyList<TaskResult> Inputs);

public sealed record TaskResult(string TaskId, string Text);

public sealed record FinalOutput(string Prompt, string Answer);
