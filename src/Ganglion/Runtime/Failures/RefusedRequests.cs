using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Journal;
using Ganglion.Runtime.Commits;

namespace Ganglion.Runtime.Failures;

/// <summary>
/// Tells callers that their requests could not be handled. They can do something about it, so nothing is left to be redriven.
/// </summary>
internal sealed class RefusedRequests(JournalWriter journals, string source, TimeProvider time)
{
    /// <summary>Makes an invocation tell its caller, if it has one, and do nothing else.</summary>
    /// <returns>Whether it has one. A handler that does not fit its journal is not its caller's concern.</returns>
    public bool TryRefuse(Invocation invocation, Exception exception)
    {
        if (exception is JournalException
            || invocation.Event is not { } request
            || !RequestEvents.TryGetReplyTo(request, out RequestId address))
        {
            return false;
        }

        var reply = new CloudEvent
        {
            Id = $"{request.Id}/failed",
            Source = source,
            Type = RequestEvents.Failed,
            Time = time.GetUtcNow(),
            CorrelationId = request.CorrelationId ?? request.Id,
            CausationId = request.Id,
        };
        var failure = new Failure(
            exception.GetType().FullName ?? exception.GetType().Name, exception.Message, (exception as GanglionException)?.Code);
        invocation.IsGivenUp = true;
        invocation.ResetRecords([RequestEvents.ToRecord(RequestEvents.WithFailure(reply, failure), address)]);
        journals.Remove(invocation);
        return true;
    }
}
