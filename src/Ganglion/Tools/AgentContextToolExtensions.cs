using Ganglion.Agents;
using Microsoft.Extensions.AI;

namespace Ganglion.Tools;

/// <summary>Lets a handler call tools for a model.</summary>
public static class AgentContextToolExtensions
{
    /// <summary>How many calls of one answer run at the same time.</summary>
    internal const int AtOnce = 16;

    /// <summary>
    /// Carries out what a model has called, each call as a durable step of its own: its result is on the log before the handler goes on, so a call whose outcome was recorded is never
    /// repeated, whatever happens to the process. Up to 16 run at the same time. A call that needs approval waits for it, for weeks if need be (<see cref="ToolOptions.Approval"/>).
    /// </summary>
    /// <remarks>
    /// A call that goes wrong does not end the handler: there is no such tool, its arguments do not fit, it throws, takes too long, or returns what cannot be written. The model is told so in the
    /// result, and what it may do about it. What a call has done is told in an event on <see cref="ToolCallEntry.Channel"/>, which is sent with whatever else the handler sends.
    /// </remarks>
    /// <param name="context">The handler's context. The handler must be one that may wait.</param>
    /// <param name="calls">What the model has called. Those that its provider has carried out already are left out.</param>
    /// <param name="tools">The tools that it may call: those that are an <see cref="AIFunction"/>.</param>
    /// <param name="cancellationToken">Ends the waiting for approvals, and begins no further call; see <see cref="AgentContext.AskAsync"/> for who may cancel it.</param>
    /// <returns>A result for each call, in the order of the calls.</returns>
    /// <exception cref="RequestCancelledException">The waiting for an approval was cancelled.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, the handler has run out of time, or its work is in vain.</exception>
    public static async Task<IReadOnlyList<FunctionResultContent>> CallToolsAsync(
        this AgentContext context, IEnumerable<FunctionCallContent> calls, IReadOnlyList<AITool> tools, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(tools);
        FunctionCallContent[] all = [.. calls.Where(call => !call.InformationalOnly)];
        var results = new FunctionResultContent[all.Length];
        int together = Math.Clamp(all.Length, 1, AtOnce);
        int next = 0;

        // All of this runs on the handler's turn, one thing at a time and always in the same order, so a counter will do.
        async Task CallSomeAsync()
        {
            while (next < all.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int own = next++;
                results[own] = await new ToolCall(context, all[own], tools, ToolText.MostKept / together).RunAsync(cancellationToken).ConfigureAwait(true);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, together).Select(_ => CallSomeAsync())).ConfigureAwait(true);
        return results;
    }
}
