using Microsoft.Extensions.Logging;

namespace Ganglion.Agents;

/// <summary>Says nothing while a handler does again what it has done before: it was said then.</summary>
internal class ReplayLogger(ILogger inner, AgentContext context) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => !context.IsReplaying && inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!context.IsReplaying)
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}

/// <inheritdoc/>
internal sealed class ReplayLogger<TCategory>(ILogger<TCategory> inner, AgentContext context)
    : ReplayLogger(inner, context), ILogger<TCategory>;
