using System.Text;
using Ganglion.Teams;
using Microsoft.Extensions.AI;
using ResearchTeam.Messages;

namespace ResearchTeam;

/// <summary>What the models are told. What others have said is between lines of its own, as data: whatever it demands, it is no instruction.</summary>
internal static class Prompts
{
    public const string Planner = "You plan the work of a team of agents.";
    public const string Synthesiser = "You answer a request from what a team of agents has found out.";

    public static IReadOnlyList<ChatMessage> Plan(
        UserPrompt prompt, IReadOnlyList<TeamMember> team, IEnumerable<TaskResult> done, IReadOnlyList<string> failed, string? objection)
    {
        var instructions = new StringBuilder(
            $"""
            {Planner} Break the request into few tasks, each for one agent. Tasks that need nothing of one another run at the same time. The last task brings the
            results together. The agents:

            """);
        foreach (TeamMember member in team)
        {
            instructions.AppendLine($"- {member.Name}: {member.Description ?? "does tasks"}");
        }

        var request = new StringBuilder(Quoted("request", prompt.Prompt));
        foreach (TaskResult result in done)
        {
            request.Append(Quoted($"done {result.TaskId}", result.Text));
        }

        foreach (string failure in failed)
        {
            request.Append(Quoted("failed, plan around it", failure));
        }

        if (objection is not null)
        {
            request.Append(Quoted("objection to the last plan", objection));
        }

        return [new ChatMessage(ChatRole.System, instructions.ToString()), new ChatMessage(ChatRole.User, request.ToString())];
    }

    public static IReadOnlyList<ChatMessage> Task(string instructions, AgentTask task) =>
    [
        new ChatMessage(ChatRole.System, instructions),
        new ChatMessage(ChatRole.User, Quoted("task", task.Task) + string.Concat(task.Inputs.Select(input => Quoted($"result of {input.TaskId}", input.Text)))),
    ];

    public static IReadOnlyList<ChatMessage> Synthesis(UserPrompt prompt, IEnumerable<TaskResult> results, IReadOnlyList<string> missing)
    {
        var request = new StringBuilder(Quoted("request", prompt.Prompt));
        foreach (TaskResult result in results.OrderBy(result => result.TaskId, StringComparer.Ordinal))
        {
            request.Append(Quoted($"result of {result.TaskId} by {result.Agent}", result.Text));
        }

        foreach (string failure in missing)
        {
            request.Append(Quoted("missing", failure));
        }

        return [new ChatMessage(ChatRole.System, $"{Synthesiser} Use nothing else. Say what is missing, if anything is."), new ChatMessage(ChatRole.User, request.ToString())];
    }

    private static string Quoted(string what, string text) => $"--- {what} ---\n{text}\n";
}
