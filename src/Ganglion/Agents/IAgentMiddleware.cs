namespace Ganglion.Agents;

/// <summary>
/// Runs around the handlers of agents: before, after, instead of them. Added by <see cref="AgentOptions.AddMiddleware"/>, or for all agents of
/// a host where Ganglion is set up. Its constructor takes services, of the same scope as the handler's; an object is made for each attempt, and
/// disposed of when the attempt is over.
/// </summary>
/// <remarks>
/// It runs for each turn of a handler, and for each attempt at it: a handler that waits twice has three turns. It has no journal, may await
/// whatever it likes, and meanwhile holds up only its instance; nothing limits its time.
/// </remarks>
public interface IAgentMiddleware
{
    /// <summary>Runs around the rest of the steps, up to where what the handler did is taken over.</summary>
    /// <param name="context">What is handled, by whom.</param>
    /// <param name="next">
    /// Does the rest. It completes when the handler has returned, or has come to where it waits, and throws what the handler throws. Called
    /// once; not at all: the event is finished, and nothing of what a handler may have done is kept.
    /// </param>
    /// <returns>
    /// Completes when it is done. What it throws counts as the handler's failure: the event is tried again and in the end parked, at once
    /// with an <see cref="UnprocessableEventException"/>.
    /// </returns>
    Task InvokeAsync(MiddlewareContext context, Func<Task> next);
}
