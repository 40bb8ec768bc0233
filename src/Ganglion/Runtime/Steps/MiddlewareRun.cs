using Ganglion.Agents;

namespace Ganglion.Runtime.Steps;

/// <summary>One attempt at one turn, on its way through the middleware of an agent.</summary>
internal sealed class MiddlewareRun(MiddlewareLink[] links, Invocation invocation, MiddlewareContext context)
{
    /// <summary>Whether it has come to the end: no middleware has kept the rest from being done.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>What a step has thrown, whether or not middleware has caught it.</summary>
    public Exception? Failure { get; private set; }

    public Task RunAsync() => RunFromAsync(0);

    private async Task RunFromAsync(int at)
    {
        for (; at < links.Length; at++)
        {
            if (links[at].Middleware is { } middleware)
            {
                await InvokeAsync(middleware, at + 1).ConfigureAwait(false);
                return;
            }

            try
            {
                await links[at].Step!(invocation, context).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                Failure = exception;
                throw;
            }
        }

        IsComplete = true;
    }

    private async Task InvokeAsync(PlacedMiddleware placed, int next)
    {
        Task? rest = null;
        bool isOver = false;
        IAgentMiddleware middleware = placed.Create(context);
        try
        {
            await middleware.InvokeAsync(context, Next).ConfigureAwait(false);
        }
        finally
        {
            isOver = true;

            // What it has begun and not awaited is not to go on behind its back.
            await (rest ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await DisposeAsync(middleware).ConfigureAwait(false);
        }

        Task Next() => rest = rest is null && !isOver
            ? RunFromAsync(next)
            : throw new InvalidOperationException(
                $"The middleware {placed.Type.Name} has called next {(isOver ? "when it was over" : "twice")}. Call it once, and await it; to have an event tried again, throw.");
    }

    private static ValueTask DisposeAsync(IAgentMiddleware middleware)
    {
        if (middleware is IAsyncDisposable asynchronous)
        {
            return asynchronous.DisposeAsync();
        }

        (middleware as IDisposable)?.Dispose();
        return default;
    }
}
