using Microsoft.Extensions.Logging;

namespace Ganglion.Cli.Output;

/// <summary>Shows people what the host behind a command has to report: its warnings and errors, a line each.</summary>
internal sealed class TerminalLogger(Terminal terminal) : ILogger, ILoggerProvider
{
    /// <summary>Logging that shows on a terminal. What the platform reports, the command that fails says itself.</summary>
    public static ILoggerFactory CreateFactory(Terminal terminal) => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddFilter("Microsoft", LogLevel.None)
        .AddProvider(new TerminalLogger(terminal)));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string message = formatter(state, exception);
        terminal.WriteError(exception is null ? message : $"{message} {exception.GetType().Name}: {exception.Message}");
    }

    public void Dispose()
    {
    }
}
