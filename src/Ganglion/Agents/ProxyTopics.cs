using Ganglion.Events;
using Ganglion.Journal;

namespace Ganglion.Agents;

/// <summary>The far side of a proxy agent: it asks there what it is asked, whatever that is called.</summary>
/// <param name="Requests">The channel of the requests.</param>
/// <param name="Replies">The channel of the replies.</param>
/// <param name="Timeout">How long to wait for a reply; <see langword="null"/>: for ever.</param>
internal sealed record ProxyTopics(string Requests, string Replies, TimeSpan? Timeout)
{
    public Handler HandlerOf(string request) => new PlainHandler(
        new HandlerTraits(request) { IsForRequests = true }, mayWait: true, (_, _, context) => new ValueTask(HandleAsync(context)));

    private async Task HandleAsync(AgentContext context)
    {
        if (!RequestEvents.TryGetReplyTo(context.Event, out _))
        {
            context.Publish(Requests, context.Event with { CausationId = context.Event.Id, CorrelationId = context.Conversation });
            return;
        }

        CloudEvent reply = await context.HandOnAsync(Requests, Replies, Timeout).ConfigureAwait(true);
        if (reply.Type == RequestEvents.Failed)
        {
            Failure failure = RequestEvents.ReadFailure(reply);
            throw new UnprocessableEventException(failure.Code ?? "request-failed", failure.Message);
        }

        context.Reply = reply;
    }
}
