using System.Diagnostics;
using Ganglion.Agents;
using Ganglion.Telemetry;

namespace Ganglion.Runtime.Steps;

internal sealed class HandleStep(AgentDefinition agent, AgentSurroundings surroundings, AgentMetrics metrics) : ITurnStep
{
    public ValueTask RunAsync(Invocation invocation)
    {
        invocation.Attempts++;
        var context = new AgentContext(
            surroundings, invocation.Handler!.Channel, invocation.Key!, invocation.Event!, invocation.Attempts,
            invocation.Instance!.State, agent.Options.HandlerTimeout, invocation.Instance.Partition.Lost);
        invocation.Context = context;

        long started = metrics.IsTimed ? Stopwatch.GetTimestamp() : 0;
        Activity? activity = ProcessActivity.Start(agent.Type.Name, invocation);
        object? handler = null;
        ValueTask handling;
        try
        {
            handler = agent.CreateAgent(context);
            handling = invocation.Handler.InvokeAsync(handler, context);
        }
        catch (Exception exception)
        {
            handling = ValueTask.FromException(exception);
        }

        if (!handling.IsCompletedSuccessfully || context.HasResources || activity is not null || handler is IAsyncDisposable or IDisposable)
        {
            ValueTask finishing = FinishAsync(handling, handler, context, activity, started);
            if (activity is not null)
            {
                // It goes on in the handler, not in the turns that this thread takes next.
                Activity.Current = null;
            }

            return finishing;
        }

        context.Close();
        metrics.Processed(context.Channel, started, null);
        return default;
    }

    private async ValueTask FinishAsync(ValueTask handling, object? handler, AgentContext context, Activity? activity, long started)
    {
        Exception? failure = null;
        try
        {
            await WithinTimeAsync(handling, context).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            context.Close();
            metrics.Processed(context.Channel, started, failure);
            activity?.End(failure);
            await DisposeAsync(handler).ConfigureAwait(false);
            await context.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask WithinTimeAsync(ValueTask handling, AgentContext context)
    {
        try
        {
            if (handling.IsCompleted)
            {
                await handling.ConfigureAwait(false);
            }
            else
            {
                await handling.AsTask().WaitAsync(context.CancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (context.IsOutOfTime)
        {
            throw new HandlerTimeoutException(
                $"The handler of '{context.Channel}' in {context.Self} has taken longer than {agent.Options.HandlerTimeout}. "
                    + $"Make it faster, let it heed its cancellation token, or raise Ganglion:Agents:{agent.Type}:{nameof(AgentOptions.HandlerTimeout)}.");
        }
    }

    private static ValueTask DisposeAsync(object? handler)
    {
        if (handler is IAsyncDisposable asynchronous)
        {
            return asynchronous.DisposeAsync();
        }

        (handler as IDisposable)?.Dispose();
        return default;
    }
}
