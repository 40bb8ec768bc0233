using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Approvals;

/// <summary>Lets a handler wait for a person's decision.</summary>
public static class AgentContextApprovalExtensions
{
    /// <summary>The channel on which decisions come back to an agent.</summary>
    /// <param name="agent">The agent.</param>
    internal static string DecisionsOf(AgentType agent) => $"{agent.Name}.decisions";

    /// <summary>
    /// Asks people to approve something, and waits until they have decided, for weeks if need be: what is asked waits in a queue, and who decides there, and by when, is as for everything else
    /// (<see cref="ApprovalQueues"/>). Question and waiting are kept on the log and survive any restart; meanwhile the instance handles its other events.
    /// </summary>
    /// <typeparam name="TData">The type of the data.</typeparam>
    /// <param name="context">The handler's context. The handler must be one that may wait.</param>
    /// <param name="question">What is asked, and whom.</param>
    /// <param name="data">What is to be approved. People see it, and may edit it.</param>
    /// <param name="cancellationToken">Ends the waiting, though not the question; see <see cref="AgentContext.AskAsync"/> for who may cancel it.</param>
    /// <returns>The decision. It comes on the channel <c>&lt;agent&gt;.decisions</c>.</returns>
    /// <remarks>Some host has to keep approvals: <c>AddApprovals()</c>. Until one does, the question waits on the log.</remarks>
    /// <exception cref="ArgumentException">The queue cannot be one.</exception>
    /// <exception cref="RequestCancelledException">The waiting was cancelled.</exception>
    /// <exception cref="EventDataException">The data were edited, and are of this type no more.</exception>
    public static async Task<ApprovalDecision<TData>> AskForApprovalAsync<TData>(
        this AgentContext context, ApprovalQuestion question, TData data, CancellationToken cancellationToken = default)
        where TData : notnull
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(data);
        if (!ApprovalRequests.IsName(question.Queue))
        {
            throw new ArgumentException($"'{question.Queue}' cannot be a queue: take 1 to 100 of the characters a-z A-Z 0-9 . _ -.", nameof(question));
        }

        string answers = DecisionsOf(context.Self.Type);
        CloudEvent answer = await context.AskAsync(
            question.Type, answers, data, (asked, time) => Hold(context, question, asked, answers, time), cancellationToken).ConfigureAwait(true);
        bool isApproved = answer.Extensions.TryGetValue("approvedby", out string? by);
        bool isEdited = answer.Extensions.ContainsKey("approvaledits");
        return new ApprovalDecision<TData>
        {
            Approval = answer.Extensions.GetValueOrDefault("approvalid", ""),
            IsApproved = isApproved,
            Data = isApproved && isEdited ? context.ReadData<TData>(answer, answers) : data,
            IsEdited = isEdited,
            By = by ?? answer.Extensions.GetValueOrDefault("rejectedby", "ganglion"),
            Reason = answer.Extensions.GetValueOrDefault("rejectedreason"),
        };
    }

    // Whichever of the two comes back answers the question, because both name it as their cause.
    private static IReadOnlyList<ProducerRecord> Hold(AgentContext context, ApprovalQuestion question, CloudEvent asked, string answers, TimeProvider time)
    {
        CloudEvent held = asked with { Subject = question.Subject };
        var request = new ApprovalRequest
        {
            Id = ApprovalRequests.IdOf(held, stage: null),
            Queue = question.Queue,
            Event = held,
            Key = Encoding.UTF8.GetBytes(context.Self.Key),
            ApprovedTopic = answers,
            Fallback = new ApprovalFallback(answers, held with { Id = $"{held.Id}/rejected", Type = ApprovalKinds.Rejected, Data = null, DataContentType = null, DataSchema = null }),
            Channel = question.Type,
            Rule = question.Rule,
            Reason = question.Reason,
            Score = question.Score,
            FourEyes = question.FourEyes,
        };
        return ApprovalRequests.Create(request, held.Source, time);
    }
}
