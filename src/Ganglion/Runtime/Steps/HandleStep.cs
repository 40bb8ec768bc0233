using System.Diagnostics;
using Ganglion.Agents;
using Ganglion.Faults;
using Ganglion.Journal;
using Ganglion.Runtime.Commits;
using Ganglion.Runtime.Inputs;
using Ganglion.Telemetry;

namespace Ganglion.Runtime.Steps;

internal sealed class HandleStep(
    AgentDefinition agent, AgentServices services, InputTopics topics, JournalWriter journals, AgentMetrics metrics) : ITurnStep
{
    public ValueTask RunAsync(Invocation invocation)
    {
        if (invocation.SkipsHandler)
        {
            return default;
        }

        invocation.Attempts++;
        return HandleAsync(invocation, null);
    }

    /// <summary>Calls the handler in the midst of middleware, which has counted the attempt.</summary>
    public async ValueTask HandleWithinAsync(Invocation invocation, MiddlewareContext around)
    {
        await HandleAsync(invocation, around).ConfigureAwait(false);
        around.IsWaiting = invocation.Waits;
    }

    private ValueTask HandleAsync(Invocation invocation, MiddlewareContext? around)
    {
        invocation.Waits = false;
        AgentContext context = invocation.Context = CreateContext(invocation, around);
        if (!invocation.Instance!.Partition.BeginCall(invocation.Instance))
        {
            context.Close();
            return ValueTask.FromException(Paused(context, null));
        }

        ValueTask handling = CallAsync(invocation, context);
        if (context.TryReturn())
        {
            return handling;
        }

        // It was given up meanwhile, and others go on in its place: nobody waits for what becomes of it.
        metrics.Blocked(-1);
        return around is null ? new ValueTask(new TaskCompletionSource().Task) : EndAbandonedAsync(handling, context, around);
    }

    // The middleware around it may hold what it is to give back.
    private static async ValueTask EndAbandonedAsync(ValueTask handling, AgentContext context, MiddlewareContext around)
    {
        around.IsAbandoned = true;
        await handling.AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw new HandlerBlockedException($"The handler of '{context.Channel}' in {context.Self} has come back after it was given up.");
    }

    private ValueTask CallAsync(Invocation invocation, AgentContext context)
    {
        long started = metrics.IsTimed ? Stopwatch.GetTimestamp() : 0;
        Activity? activity = ProcessActivity.Start(agent.Type.Name, invocation);
        object? handler = null;
        ValueTask handling;
        FaultHook.Reach(FaultPoints.HandlerCalling);
        try
        {
            handler = agent.CreateAgent(context);
            handling = context.Execution is { } execution
                ? StartAsync(execution, invocation.Handler!, handler, context)
                : invocation.Handler!.InvokeAsync(handler, context);
        }
        catch (Exception exception)
        {
            handling = ValueTask.FromException(exception);
        }

        if (!handling.IsCompletedSuccessfully || context.HasResources || activity is not null || handler is IAsyncDisposable or IDisposable
            || context.Execution is { IsJournaled: true })
        {
            ValueTask finishing = FinishAsync(handling, handler, invocation, context, activity, started);
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

    private AgentContext CreateContext(Invocation invocation, MiddlewareContext? around)
    {
        Handler handler = invocation.Handler!;
        AgentContext context = new(
            services, handler.Channel, invocation.Key!, invocation.Event!, invocation.Attempts,
            invocation.Instance!.State, agent.Options.HandlerTimeout, invocation.Instance.Partition.Lost)
        {
            Topic = handler.IsForMessages ? TopicOf(invocation) : null,
            Around = around,
            Record = invocation.Record,
            Position = invocation.Origin.Position,
        };
        if (handler.MayWait)
        {
            MakeDurable(context, invocation, handler);
        }

        return context;
    }

    private void MakeDurable(AgentContext context, Invocation invocation, Handler handler) => context.MakeDurable(
        InvocationId.Of(invocation.Event!, handler.Channel, agent.Type.Name, invocation.Key!),
        invocation.Instance!.Partition.Number,
        invocation.Journal,
        invocation.Recorded,
        handler.Version,
        mayRetry: invocation.Attempts <= agent.Options.Retries,
        entries => journals.RecordAsync(invocation, entries));

    private static ValueTask StartAsync(Execution execution, Handler handler, object? agent, AgentContext context) =>
        execution.Start(() => handler.InvokeAsync(agent, context));

    // The same whenever the handler runs: also when the agent has ceased to read the topic meanwhile.
    private TopicId? TopicOf(Invocation invocation) =>
        invocation.Origin.Topic is var topic && topic != topics.Own.Inbox && TopicId.TryParse($"{topics.ChannelOf(topic) ?? topic}/{invocation.Key}", null, out TopicId id)
            ? id
            : null;

    private async ValueTask FinishAsync(
        ValueTask handling, object? handler, Invocation invocation, AgentContext context, Activity? activity, long started)
    {
        Exception? failure = null;
        try
        {
            if (context.Execution is { } execution)
            {
                Task<bool> turn = execution.FinishTurnAsync(handling);
                await WithinTimeAsync(turn, invocation, context).ConfigureAwait(false);
                bool waits = await turn.ConfigureAwait(false);
                if (!context.IsAbandoned)
                {
                    invocation.Waits = waits;
                }
            }
            else
            {
                await WithinTimeAsync(handling.AsTask(), context).ConfigureAwait(false);
            }

            if (context.IsInterrupted)
            {
                throw Paused(context, null);
            }
        }
        catch (Exception exception) when (context.IsInterrupted)
        {
            failure = exception as HandlerPausedException ?? Paused(context, exception);
            throw failure;
        }
        catch (OperationCanceledException) when (context.IsOutOfTime)
        {
            failure = OutOfTime(context);
            throw failure;
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            context.Execution?.End();
            context.Close();
            metrics.Processed(context.Channel, started, failure);
            activity?.End(failure);
            await DisposeAsync(agent.KeepsObjects ? null : handler).ConfigureAwait(false);
            await context.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static Task WithinTimeAsync(Task handling, AgentContext context) =>
        handling.IsCompleted ? handling : handling.WaitAsync(context.CancellationToken);

    private async Task WithinTimeAsync(Task<bool> turn, Invocation invocation, AgentContext context)
    {
        try
        {
            await WithinTimeAsync(turn, context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.IsInterrupted && !turn.IsCompleted)
        {
            // An effect that is under way ends by itself, and what it has done is recorded: it would be done again otherwise.
            await turn.WaitAsync(agent.Options.HandlerTimeout, services.Time, invocation.Instance!.Partition.Lost).ConfigureAwait(false);
        }
    }

    private static HandlerPausedException Paused(AgentContext context, Exception? ended) =>
        new($"The handler of '{context.Channel}' in {context.Self} was cancelled by a pause. It is called anew when that has ended.", ended);

    private HandlerTimeoutException OutOfTime(AgentContext context) => new(
        $"The handler of '{context.Channel}' in {context.Self} has taken longer than {agent.Options.HandlerTimeout}. "
            + $"Make it faster, let it heed its cancellation token, or raise Ganglion:Agents:{agent.Type}:{nameof(AgentOptions.HandlerTimeout)}.");

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
