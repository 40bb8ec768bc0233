using System.Text;
using Ganglion.Events;
using Ganglion.Journal;

namespace Ganglion.Agents;

public sealed partial class AgentContext
{
    /// <summary>
    /// Asks a person or another system: sends a question, and waits for the answer, for weeks if need be. The question and the waiting
    /// are kept on the log and survive any restart; meanwhile the instance handles its other events.
    /// </summary>
    /// <typeparam name="TAnswer">The type of the answer's data; <see cref="CloudEvent"/> for the whole event, which tells who answered.</typeparam>
    /// <param name="channel">Where the question goes to; also the type of its event.</param>
    /// <param name="question">The data of the question; <see langword="null"/>: none.</param>
    /// <param name="answers">
    /// The channel on which the answer comes. An event there is the answer if its <see cref="CloudEvent.CausationId"/> is the question's
    /// id, as it is by itself where a handler of the question publishes it.
    /// </param>
    /// <param name="timeout">How long to wait at most. Default: for ever.</param>
    /// <param name="by">
    /// For answerers who do not know the question's id: what the answer's data says. One answer may answer several questions so.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the waiting. It is to be cancelled by the handler itself, with <see cref="CancellationTokenSource.Cancel()"/> after a
    /// <see cref="Task.WhenAny(Task[])"/> say, and not from another thread or by a clock of its own, of which the journal knows nothing.
    /// </param>
    /// <returns>
    /// The answer. Only the first one counts; one that comes later goes to the channel's handler
    /// if that is <see cref="OnAttribute.Unclaimed"/>. One that cannot be read
    /// as <typeparamref name="TAnswer"/> is parked, and the waiting goes on.
    /// </returns>
    /// <exception cref="RequestTimeoutException">No answer has come in time.</exception>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    public async Task<TAnswer> AskAsync<TAnswer>(
        string channel,
        object? question,
        string answers,
        TimeSpan? timeout = null,
        AnswerSelector? by = null,
        CancellationToken cancellationToken = default)
        where TAnswer : notnull
    {
        ArgumentException.ThrowIfNullOrEmpty(answers);
        string topic = TopicOf(channel);
        var awaited = new AwaitedAnswer(answers, by);
        Outcome outcome = await RequestAsync(
            OperationKind.Question, channel, awaited, timeout, request => Send(topic, NewEvent(channel, question) with { Id = request.ToString() }, null),
            outcome => ReadAnswer<TAnswer>(outcome), cancellationToken).ConfigureAwait(true);
        ThrowIfUnanswered(channel, outcome);
        return ReadAnswer<TAnswer>(outcome);
    }

    /// <summary>Sends a request that names the operation, and waits for what answers it.</summary>
    private async Task<Outcome> RequestAsync(
        OperationKind kind,
        string name,
        AwaitedAnswer? answer,
        TimeSpan? timeout,
        Action<RequestId> send,
        Action<Outcome> check,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PendingOperation pending;
        OperationId id;
        Execution execution;
        lock (_lock)
        {
            ThrowIfClosed();
            execution = ExecutionToWaitIn();
            pending = execution.BeginOperation(kind, name, answer, check: outcome =>
            {
                if (outcome.Failure is null)
                {
                    check(outcome);
                }
            });
            id = new OperationId(InvocationId, pending.Operation.Number);
            send(new RequestId(Self.Type.Name, _partition, id));
            if (timeout is { } longest)
            {
                pending.HasTimer = true;
                (Timers ??= []).Add(TimerOf(id, Now + longest));
            }
        }

        using CancellationTokenRegistration cancellation = cancellationToken.Register(() => execution.Cancel(pending));
        Outcome outcome = await pending.Ended.ConfigureAwait(true);
        if (pending.HasTimer && outcome.Failure is not { Type: Failure.Timeout })
        {
            lock (_lock)
            {
                CancelTimer(id);
            }
        }

        return outcome;
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
            Source = _surroundings.Source,
            Type = OperationId.TimerElapsed,
            Time = due,
            CorrelationId = Conversation,
            CausationId = Event.Id,
        };
        Record record = EventCodec.Encode(elapsed, Encoding.UTF8.GetBytes(Self.Key));
        return new TimerChange(id, due, record with { Headers = record.Headers.With(operation.ToHeader()) });
    }

    private TAnswer ReadAnswer<TAnswer>(Outcome outcome)
        where TAnswer : notnull =>
        outcome.Event is TAnswer whole ? whole : _surroundings.Data.Read<TAnswer>(outcome.Event!);

    private static void ThrowIfUnanswered(string name, Outcome outcome)
    {
        switch (outcome.Failure?.Type)
        {
            case null:
                return;
            case Failure.Timeout:
                throw new RequestTimeoutException($"Nobody has answered '{name}' in time.");
            default:
                throw new OperationCanceledException($"The waiting for an answer to '{name}' was cancelled.");
        }
    }
}
