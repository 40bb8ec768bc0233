using Ganglion.Brokers;
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
    /// <param name="key">
    /// Decides the partition of the question, and who handles it unless its handler says otherwise: questions of different keys are handled at the same time. Default: the key of
    /// this instance.
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
    /// <exception cref="RequestCancelledException">The waiting was cancelled.</exception>
    public async Task<TAnswer> AskAsync<TAnswer>(
        string channel,
        object? question,
        string answers,
        TimeSpan? timeout = null,
        AnswerSelector? by = null,
        string? key = null,
        CancellationToken cancellationToken = default)
        where TAnswer : notnull
    {
        ArgumentException.ThrowIfNullOrEmpty(answers);
        string topic = TopicOf(channel);
        var awaited = new AwaitedAnswer(answers, by);
        Outcome outcome = await RequestAsync(
            OperationKind.Question, channel, awaited, Now + timeout,
            (_, id) => Send(topic, NewEvent(channel, channel, question) with { Id = id.ToString() }, key),
            outcome => ReadAnswer<TAnswer>(outcome, answers), cancellationToken).ConfigureAwait(true);
        ThrowIfUnanswered(channel, outcome);
        return ReadAnswer<TAnswer>(outcome, answers);
    }

    /// <summary>
    /// Asks what this handler was asked, as it is, elsewhere. Both the id and the conversation of the question name it, so that an answerer who
    /// only echoes the latter is understood.
    /// </summary>
    internal async Task<CloudEvent> HandOnAsync(string channel, string answers, TimeSpan? timeout)
    {
        string topic = TopicOf(channel);
        Outcome outcome = await RequestAsync(
            OperationKind.Question, channel, new AwaitedAnswer(answers, null), Now + timeout,
            (_, id) => Send(
                topic,
                NewEvent(Event.Type, id.ToString()) with
                {
                    Id = id.ToString(), DataContentType = Event.DataContentType, DataSchema = Event.DataSchema, Data = Event.Data,
                },
                null),
            null, CancellationToken.None).ConfigureAwait(true);
        ThrowIfUnanswered(channel, outcome);
        return outcome.Event!;
    }

    /// <summary>Asks by records of the caller's own, which are to make that event the answer, or another one of the same cause.</summary>
    /// <param name="name">What the question is called in the journal; also the type of the event.</param>
    /// <param name="answers">The channel on which the answer comes.</param>
    /// <param name="data">The data of the event.</param>
    /// <param name="ask">Makes the records, of the event and the clock.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    internal async Task<CloudEvent> AskAsync(
        string name, string answers, object data, Func<CloudEvent, TimeProvider, IEnumerable<ProducerRecord>> ask, CancellationToken cancellationToken)
    {
        EventData written = _agentServices.Data.Write(data);
        Outcome outcome = await RequestAsync(
            OperationKind.Question, name, new AwaitedAnswer(answers), null,
            (_, id) => (Published ??= []).AddRange(ask(NewEvent(name, data: written) with { CausationId = id.ToString() }, _agentServices.Time)),
            null, cancellationToken).ConfigureAwait(true);
        ThrowIfUnanswered(name, outcome);
        return outcome.Event!;
    }

    /// <summary>Reads the data of an answer.</summary>
    /// <exception cref="EventDataException">The data cannot be read as this type.</exception>
    internal TData ReadData<TData>(CloudEvent answer, string channel)
        where TData : notnull => _agentServices.Data.Read<TData>(answer, channel);

    private TAnswer ReadAnswer<TAnswer>(Outcome outcome, string channel)
        where TAnswer : notnull =>
        outcome.Event is TAnswer whole ? whole : _agentServices.Data.Read<TAnswer>(outcome.Event!, channel);
}
