using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Approvals;
using Microsoft.Extensions.AI;

namespace Ganglion.Tools;

/// <summary>
/// One call, from what the model has asked for to what it is told. Everything that may differ when the handler runs again (which tools there are, how they are to be called, what they
/// return) is looked at within a step, and so recorded.
/// </summary>
internal sealed class ToolCall(AgentContext context, FunctionCallContent call, IReadOnlyList<AITool> tools, int maxBytes)
{
    /// <summary>What people are asked to approve, as the type of its event.</summary>
    private const string Asked = "tool.call";

    private const int LongestName = 100;

    /// <summary>What the model has called it, as far as it can stand in a journal and in a trace: a model may write anything.</summary>
    private string Name { get; } = Plain(call.Name);

    public async Task<FunctionResultContent> RunAsync(CancellationToken cancellationToken)
    {
        ToolOutcome outcome = await StepAsync($"tool {Name}", approved: null).ConfigureAwait(true);
        ApprovalDecision<JsonElement>? decision = null;
        if (outcome.Need is { } need)
        {
            decision = await AskAsync(need, cancellationToken).ConfigureAwait(true);
            outcome = decision.IsApproved ? await CallApprovedAsync(decision).ConfigureAwait(true) : Reject(outcome, decision);
        }

        Tell(outcome, decision);
        return new FunctionResultContent(call.CallId, outcome.Text);
    }

    private async Task<ToolOutcome> StepAsync(string step, IDictionary<string, object?>? approved)
    {
        JsonElement recorded = await context.RunAsync(
            step,
            async effect => JsonSerializer.SerializeToElement(
                await new ToolRun(context, effect, call, Name, tools, approved, maxBytes).RunAsync().ConfigureAwait(false), ToolJson.Wire.ToolOutcome)).ConfigureAwait(true);
        return recorded.Deserialize(ToolJson.Wire.ToolOutcome)!;
    }

    private Task<ApprovalDecision<JsonElement>> AskAsync(ToolNeed need, CancellationToken cancellationToken)
    {
        var question = new ApprovalQuestion(need.Queue, Asked) { Subject = Name, Reason = need.Reason, Rule = $"tool {Name}", Score = need.Risk };
        var asked = new ToolQuestion(Name, JsonElement.Parse(ToolArguments.Write(call.Arguments)));
        return context.AskForApprovalAsync(question, JsonSerializer.SerializeToElement(asked, ToolJson.Wire.ToolQuestion), cancellationToken);
    }

    // Whoever approves may change the arguments, and nothing else.
    private async Task<ToolOutcome> CallApprovedAsync(ApprovalDecision<JsonElement> decision)
    {
        JsonElement arguments = decision.Data.Deserialize(ToolJson.Wire.ToolQuestion)!.Arguments;
        ToolOutcome outcome = await StepAsync(
            $"approved tool {Name}", arguments.EnumerateObject().ToDictionary(one => one.Name, one => (object?)one.Value, StringComparer.Ordinal)).ConfigureAwait(true);
        return decision.IsEdited
            ? outcome with { Text = $"A person has changed the arguments before the call, to {arguments.GetRawText()}.\n{outcome.Text}" }
            : outcome;
    }

    private ToolOutcome Reject(ToolOutcome outcome, ApprovalDecision<JsonElement> decision) => outcome with
    {
        Status = ToolCallStatus.Rejected,
        Text = $"The tool '{Name}' was not called. It needs approval, and {(decision.By == "ganglion" ? "nobody has approved it in time" : $"{decision.By} has rejected it")}"
            + (decision.Reason is { } reason ? $": {reason}" : "."),
    };

    private void Tell(ToolOutcome outcome, ApprovalDecision<JsonElement>? decision)
    {
        var entry = new ToolCallEntry
        {
            Instance = context.Self.ToString(),
            Tool = Name,
            CallId = Plain(call.CallId),
            Status = outcome.Status,
            Duration = outcome.Duration,
            Attempts = outcome.Attempts,
            Approval = decision?.Approval,
            DecidedBy = decision?.By,
            IsEdited = decision?.IsEdited ?? false,
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
