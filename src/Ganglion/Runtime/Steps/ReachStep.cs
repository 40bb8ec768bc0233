using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Journal;
using Ganglion.Runtime.Answers;
using Ganglion.Runtime.Commits;

namespace Ganglion.Runtime.Steps;

internal sealed class ReachStep(AgentServices services, AnswerRelay answers, KnownTopics topics) : ITurnStep
{
    public ValueTask RunAsync(Invocation invocation) => invocation.Waits ? ReachAsync(invocation, invocation.Context!) : default;

    private async ValueTask ReachAsync(Invocation invocation, AgentContext context)
    {
        CancellationToken lost = invocation.Instance!.Partition.Lost;
        foreach (Operation operation in context.Execution!.Pending)
        {
            if (operation.Answer is { } answer)
            {
                await answers.AwaitAsync(answer.Channel, lost).ConfigureAwait(false);
            }
        }

        foreach ((int record, AgentId callee, RequestId request) in context.Calls ?? [])
        {
            List<ProducerRecord> published = context.Published!;
            if (!await topics.ExistsAsync(published[record].Topic, lost).ConfigureAwait(false))
            {
                published[record] = Undeliverable(context, callee, request);
            }
        }
    }

    // The reply that nobody is there to give.
    private ProducerRecord Undeliverable(AgentContext context, AgentId callee, RequestId request)
    {
        var reply = new CloudEvent
        {
            Id = $"{request}/undeliverable",
            Source = services.Source,
            Type = RequestEvents.Failed,
            Time = context.Now,
            CorrelationId = context.Conversation,
            CausationId = request.ToString(),
        };
        var failure = new Failure(
            Failure.Undeliverable, $"There is no agent '{callee.Type}'. Start a host that has it before it is called, or correct the name.");
        return RequestEvents.ToRecord(RequestEvents.WithFailure(reply, failure), request);
    }
}
