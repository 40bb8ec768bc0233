using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Journal;

namespace Ganglion.Agents;

public sealed partial class AgentContext
{
    /// <summary>What the handler has replied.</summary>
    internal object? Reply { get; set; }

    /// <summary>The calls that this turn has begun, and which of <see cref="Published"/> each is.</summary>
    internal List<(int Record, AgentId Callee, RequestId Request)>? Calls { get; private set; }

    /// <summary>
    /// Calls an instance of an agent, and waits for its reply. The request and the waiting are kept on the log and survive any restart of
    /// either; meanwhile this instance handles its other events.
    /// </summary>
    /// <typeparam name="TReply">The type of the reply; <see cref="CloudEvent"/> is not possible here.</typeparam>
    /// <param name="callee">The instance. Its agent may run here or in any other process.</param>
    /// <param name="request">What the request is called: the callee has a handler with an <see cref="OnRequestAttribute"/> of this name.</param>
    /// <param name="data">The data of the request; <see langword="null"/>: none.</param>
    /// <param name="timeout">How long to wait at most; then the callee is told to give up. Default: for ever.</param>
    /// <param name="cancellationToken">Ends the waiting, and tells the callee to give up; see <see cref="AskAsync"/> for who may cancel it.</param>
    /// <returns>The reply; the default of the type if it is empty.</returns>
    /// <exception cref="RequestFailedException">The callee's handler has failed.</exception>
    /// <exception cref="RequestTimeoutException">No reply has come in time.</exception>
    /// <exception cref="UndeliverableException">There is no such agent.</exception>
    /// <exception cref="CallCycleException">The callee waits for this instance.</exception>
    /// <exception cref="RequestCancelledException">The waiting was cancelled.</exception>
    /// <exception cref="EventDataException">The reply is none of this type.</exception>
    public async Task<TReply> CallAsync<TReply>(
        AgentId callee, string request, object? data = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        where TReply : notnull
    {
        (string name, Outcome outcome) = await AwaitReplyAsync(callee, request, data, timeout, cancellationToken).ConfigureAwait(true);
        return outcome.Data is null ? default! : ReadOutcome<TReply>(name, outcome);
    }

    /// <inheritdoc cref="CallAsync{TReply}"/>
    /// <returns>Completes when the callee has replied, whatever it has replied.</returns>
    public async Task CallAsync(
        AgentId callee, string request, object? data = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        await AwaitReplyAsync(callee, request, data, timeout, cancellationToken).ConfigureAwait(true);

    /// <summary>Sends an instance of an agent what <see cref="CallAsync{TReply}"/> would send, and waits for nothing.</summary>
    /// <typeparam name="TData">The type of the data.</typeparam>
    /// <param name="to">The instance.</param>
    /// <param name="request">What the request is called.</param>
    /// <param name="data">The data; <see langword="null"/>: none.</param>
    public void Send<TData>(AgentId to, string request, TData data)
    {
        ArgumentException.ThrowIfNullOrEmpty(request);
        lock (_lock)
        {
            ThrowIfClosed();
            string inbox = Inbox.TopicOf(to.Type.Name);
            Send(inbox, NewEvent(request, inbox, data), to.Key);
        }
    }

    /// <summary>The handler is over; what it would have waited for is given up.</summary>
    internal void GiveUpWaits()
    {
        lock (_lock)
        {
            foreach (PendingOperation pending in Execution!.Unended)
            {
                GiveUp(pending);
            }
        }
    }

    /// <summary>The handler is over: whoever has asked gets its reply.</summary>
    internal void SendReply()
    {
        if (RequestEvents.TryGetReplyTo(Event, out RequestId address))
        {
            lock (_lock)
            {
                (Published ??= new List<ProducerRecord>(1)).Add(RequestEvents.ToRecord(NewReply(), address));
            }
        }
    }

    // Called under the lock. Of an event that is a reply, it is the data that was replied.
    private CloudEvent NewReply() => Reply is CloudEvent reply
        ? NewEvent(RequestEvents.Replied) with { DataContentType = reply.DataContentType, DataSchema = reply.DataSchema, Data = reply.Data }
        : NewEvent(RequestEvents.Replied, data: Reply is null ? null : _agentServices.Data.WriteReply(Reply, Event));

    private async Task<(string Name, Outcome Outcome)> AwaitReplyAsync(
        AgentId callee, string request, object? data, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(request);
        string name = $"{request} of {callee}";
        string inbox = Inbox.TopicOf(callee.Type.Name);
        string chain = CallChain.Extend(Event, Self, callee);
        Outcome outcome = await RequestAsync(
            OperationKind.Call, name, null, Now + timeout,
            (pending, id) =>
            {
                CloudEvent sent = NewEvent(request, inbox, data) with { Id = id.ToString() };
                sent = sent with
                {
                    Extensions = new Dictionary<string, string> { [RequestEvents.ReplyTo] = sent.Id, [CallChain.Attribute] = chain },
                };
                (Calls ??= []).Add((Published?.Count ?? 0, callee, id));
                Send(inbox, sent, callee.Key);
                pending.Callee = new Callee(callee.ToString(), InvocationId.Of(sent, request, callee.Type.Name, callee.Key));
            },
            null, cancellationToken).ConfigureAwait(true);
        ThrowIfUnanswered(name, outcome);
        return (name, outcome);
    }

    /// <summary>Waits for an operation's outcome, at most until its timer fires. What asks for the outcome names the operation.</summary>
    private async Task<Outcome> RequestAsync(
        OperationKind kind,
        string name,
        AwaitedAnswer? answer,
        DateTimeOffset? due,
        Action<PendingOperation, RequestId>? send,
        Action<Outcome>? check,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PendingOperation pending;
        Execution execution;
        lock (_lock)
        {
            ThrowIfClosed();
            execution = ExecutionToWaitIn();
            pending = execution.BeginOperation(kind, name, answer, check: check);
            var id = new OperationId(InvocationId, pending.Operation.Number);
            send?.Invoke(pending, new RequestId(Self.Type.Name, _partition, id));
            if (due is { } end)
            {
                pending.HasTimer = true;
                (Timers ??= []).Add(TimerOf(id, end));
            }
        }

        using CancellationTokenRegistration cancellation = cancellationToken.Register(() => execution.Cancel(pending));
        Outcome outcome = await pending.Ended.ConfigureAwait(false);
        lock (_lock)
        {
            bool hasFired = kind == OperationKind.Timer ? outcome.Failure is null : outcome.Failure is { Type: Failure.Timeout };
            pending.HasTimer &= !hasFired;
            pending.Callee = outcome.Failure is { Type: Failure.Timeout or Failure.Cancelled } ? pending.Callee : null;
            GiveUp(pending);
        }

        return outcome;
    }

    // Called under the lock.
    private void GiveUp(PendingOperation pending)
    {
        if (pending.HasTimer)
        {
            CancelTimer(new OperationId(InvocationId, pending.Operation.Number));
        }

        if (pending.Callee is var (callee, invocation))
        {
            (Published ??= []).Add(
                RequestEvents.ToCancellation(NewEvent(RequestEvents.Cancelled), AgentId.Parse(callee), invocation));
        }
    }

    // Called under the lock.
    private void CancelTimer(OperationId operation)
    {
        string id = operation.ToString();
        if (Timers?.RemoveAll(timer => timer.Id == id) is not > 0)
        {
            (Timers ??= []).Add(new TimerChange(id, default, null));
        }
    }

    private TimerChange TimerOf(OperationId operation, DateTimeOffset due)
    {
        string id = operation.ToString();
        var elapsed = new CloudEvent
        {
            Id = id,
            Source = _agentServices.Source,
            Type = OperationId.TimerElapsed,
            Time = due,
            CorrelationId = Conversation,
            CausationId = CauseId,
        };
        Record record = EventCodec.Encode(elapsed, Encoding.UTF8.GetBytes(Self.Key));
        return new TimerChange(id, due, record with { Headers = record.Headers.With(operation.ToHeader()) });
    }

    private static void ThrowIfUnanswered(string name, Outcome outcome)
    {
        if (outcome.Failure is { } failure)
        {
            throw RequestEvents.ToException(name, failure);
        }
    }
}
