using Ganglion.Brokers.Listener;
using Ganglion.Cli.Commands;
using Microsoft.Extensions.Logging;

namespace Ganglion.Cli.Output;

/// <summary>Shows people what the host behind a command has to report: its warnings and errors, a line each.</summary>
/// <param name="terminal">Where.</param>
/// <param name="reword">Says a message as people who use the command know things. Default: as it is.</param>
internal sealed class TerminalLogger(Terminal terminal, Func<string, string>? reword = null) : ILogger, ILoggerProvider
{
    /// <summary>Logging that shows on a terminal. What the platform reports, the command that fails says itself.</summary>
    public static ILoggerFactory CreateFactory(Terminal terminal) => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddFilter("Microsoft", LogLevel.None)
        .AddProvider(new TerminalLogger(terminal)));

    public ILogger CreateLogger(string categoryName) =>
        categoryName == typeof(KafkaListener).FullName ? new TerminalLogger(terminal, KafkaListenerChoice.InWords) : this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string message = formatter(state, exception);
        message = reword?.Invoke(message) ?? message;
        terminal.WriteError(exception is null ? message : $"{message} {exception.GetType().Name}: {exception.Message}");
    }

    public void Dispose()
    {
    }
}
