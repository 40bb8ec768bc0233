using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Approvals;

/// <summary>
/// The agent that keeps approvals: an instance for each, so that whatever many people do at once happens one after the other, is committed together
/// with what follows from it, and survives restarts.
/// </summary>
[Agent(Name, Description = "Keeps what waits for a person's approval.")]
internal sealed class ApprovalAgent(ApprovalOptions options, EventDataSerializer data, ApprovalMetrics metrics) : Agent
{
    public const string Name = "ganglion.approvals";

    /// <summary>The request by which people decide.</summary>
    public const string Act = "approval_act";

    private const string Elapsed = "approval_elapsed";

    [On(ApprovalRequests.Channel)]
    public void Take(CloudEvent asked, AgentContext context)
    {
        ApprovalRequest request = ReadRequest(asked, context);
        if (Recall(context) is null)
        {
            Commit(context, ApprovalCase.Begin(request, options, data, context.Now));
        }
    }

    [OnRequest(Act)]
    public JsonElement Decide(CloudEvent asked, AgentContext context)
    {
        ApprovalCommand command = Parse(asked, ApprovalJson.Wire.ApprovalCommand);
        return JsonSerializer.SerializeToElement(Decide(command, context), ApprovalJson.Wire.ApprovalReply);
    }

    [OnRequest(Elapsed)]
    public void Elapse(CloudEvent timer, AgentContext context)
    {
        ApprovalDue due = Parse(timer, ApprovalJson.Wire.ApprovalDue);
        if (Recall(context) is not { } state)
        {
            return;
        }

        var known = new ApprovalCase(state, options, data, context.Now);
        if (known.Elapse(due))
        {
            context.ClearState();
            return;
        }

        Commit(context, known);
    }

    private ApprovalReply Decide(ApprovalCommand command, AgentContext context)
    {
        if (Recall(context) is not { } state)
        {
            return new ApprovalReply { Code = "approval-not-found", Message = $"There is no approval '{command.Id}', or it was decided long ago." };
        }

        var known = new ApprovalCase(state, options, data, context.Now);
        ApprovalReply reply = known.Act(command);
        if (reply.Code is null && !command.IsDryRun)
        {
            Commit(context, known);
        }

        return reply;
    }

    private static ApprovalRequest ReadRequest(CloudEvent asked, AgentContext context)
    {
        ApprovalRequest request;
        try
        {
            request = ApprovalRequests.Read(asked);
        }
        catch (ApprovalException exception)
        {
            throw new UnprocessableEventException(exception.Code, exception.Message);
        }

        return request.Id == context.Self.Key
            ? request
            : throw new UnprocessableEventException(
                "approval-request-malformed", $"The request {asked.Id} has the key '{context.Self.Key}' and the id '{request.Id}': they must be the same.");
    }

    // Anybody can write to a topic: what is no command is refused at once, and holds up nothing.
    private static T Parse<T>(CloudEvent asked, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize((asked.Data ?? default).Span, type) ?? throw new JsonException("It is null.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new UnprocessableEventException("approval-command-malformed", $"What is asked of an approval cannot be read: {exception.Message}");
        }
    }

    private static ApprovalState? Recall(AgentContext context) =>
        context.GetState<JsonElement>() is { ValueKind: JsonValueKind.Object } state ? state.Deserialize(ApprovalJson.Wire.ApprovalState) : null;

    private void Commit(AgentContext context, ApprovalCase done)
    {
        var timers = new Dictionary<string, string>(done.State.Timers, StringComparer.Ordinal);
        foreach ((string what, TimeSpan? delay) in done.Timers)
        {
            if (timers.Remove(what, out string? set))
            {
                context.Unschedule(set);
            }

            if (delay is { } time)
            {
                var due = new ApprovalDue(what, done.State.Visited.Count);
                timers[what] = context.Schedule(time, Elapsed, JsonSerializer.SerializeToElement(due, ApprovalJson.Wire.ApprovalDue));
            }
        }

        foreach (ProducerRecord record in done.Sent)
        {
            context.Send(record);
        }

        int number = done.State.Entries - done.Entries.Count;
        foreach ((string kind, ApprovalEntry entry) in done.Entries)
        {
            context.Send(new ProducerRecord(ApprovalQueues.Topic, RecordOf(kind, entry, ++number, done.State.Conversation, context.Event), 0));
            metrics.Count(kind, entry);
        }

        context.SetState(JsonSerializer.SerializeToElement(done.State with { Timers = timers }, ApprovalJson.Wire.ApprovalState));
    }

    private static Record RecordOf(string kind, ApprovalEntry entry, int number, string conversation, CloudEvent cause)
    {
        var told = new CloudEvent
        {
            Id = $"{entry.Approval}/{number}",
            Source = $"/agents/{Name}",
            Type = kind,
            Subject = entry.Approval,
            Time = entry.At,
            CorrelationId = conversation,
            CausationId = cause.Id,
            TraceParent = cause.TraceParent,
            TraceState = cause.TraceState,
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToUtf8Bytes(entry, ApprovalJson.Wire.ApprovalEntry),
        };
        return EventCodec.Encode(told, Encoding.UTF8.GetBytes(entry.Approval));
    }
}
