using System.Runtime.ExceptionServices;
using Ganglion.Agents;
using Ganglion.Telemetry;

namespace Ganglion.Runtime.Steps;

/// <summary>The steps from the first middleware to the last, for agents that have any: the handler is called in the midst of them.</summary>
internal sealed class MiddlewareStep(AgentDefinition agent, AgentServices services, HandleStep handle, ReachStep reach, AgentMetrics metrics)
    : ITurnStep
{
    private readonly MiddlewareLink[] _links =
    [
        .. At(agent, PipelinePlace.After(PipelineSteps.Recall)),
        .. At(agent, PipelinePlace.Before(PipelineSteps.Handle)),
        new(null, handle.HandleWithinAsync),
        .. At(agent, PipelinePlace.After(PipelineSteps.Handle)),
        .. At(agent, PipelinePlace.Before(PipelineSteps.Reach)),
        new(null, (invocation, _) => reach.RunAsync(invocation)),
        .. At(agent, PipelinePlace.After(PipelineSteps.Reach)),
        .. At(agent, PipelinePlace.Before(PipelineSteps.Collect)),
    ];

    public ValueTask RunAsync(Invocation invocation) => invocation.SkipsHandler ? default : RunAllAsync(invocation);

    private static IEnumerable<MiddlewareLink> At(AgentDefinition agent, PipelinePlace place) =>
        agent.Options.Middleware.Where(middleware => middleware.Place == place).Select(middleware => new MiddlewareLink(middleware, null));

    private async ValueTask RunAllAsync(Invocation invocation)
    {
        invocation.Attempts++;
        Forget(invocation);
        var context = new MiddlewareContext(
            services.Scopes,
            new AgentId(agent.Type, invocation.Key!),
            invocation.Event!,
            invocation.Handler!.Channel,
            invocation.Attempts,
            isResumed: invocation.Journal is not null,
            invocation.Instance!.Partition.Lost);
        var run = new MiddlewareRun(_links, invocation, context);
        try
        {
            await RunToEndAsync(run, context).ConfigureAwait(false);
        }
        catch (Exception) when (context.IsAbandoned || run.Failure is HandlerPausedException)
        {
        }

        if (context.IsAbandoned)
        {
            // Others go on in its place.
            await new TaskCompletionSource().Task.ConfigureAwait(false);
        }

        if (run.Failure is HandlerPausedException)
        {
            // Whatever middleware has made of it.
            ExceptionDispatchInfo.Throw(run.Failure);
        }

        if (!run.IsComplete)
        {
            Skip(invocation, run.Failure);
        }
    }

    private static async Task RunToEndAsync(MiddlewareRun run, MiddlewareContext context)
    {
        try
        {
            await run.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            await context.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Skip(Invocation invocation, Exception? failure)
    {
        if (invocation.Open is { Records: > 0 })
        {
            ExceptionDispatchInfo.Throw(failure ?? new UnprocessableEventException(
                "handler-begun",
                $"Middleware has finished '{invocation.Handler!.Channel}' without its handler, which has begun before and is to go on. Let it call next where {nameof(MiddlewareContext.IsResumed)} is set."));
        }

        if (RequestEvents.TryGetReplyTo(invocation.Event!, out _))
        {
            throw new UnprocessableEventException(
                "request-skipped", $"Middleware of '{agent.Type}' has finished '{invocation.Handler!.Channel}' without a reply.", failure);
        }

        Forget(invocation);
        metrics.Skipped(invocation.Origin.Topic);
    }

    // What an earlier attempt has left.
    private static void Forget(Invocation invocation)
    {
        invocation.Context = null;
        invocation.Waits = false;
        invocation.ResetRecords(null);
    }
}
