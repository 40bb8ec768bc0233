using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Models.Caching;

/// <summary>Keeps what is logged by its number.</summary>
internal sealed class WarningList : ILogger, IDisposable
{
    private readonly ConcurrentQueue<(int Id, string Text)> _entries = new();
    private readonly SemaphoreSlim _logged = new(0);

    public IEnumerable<string> Of(int id) => _entries.Where(entry => entry.Id == id).Select(entry => entry.Text);

    /// <summary>Waits until something is logged.</summary>
    public async Task WaitAsync(int id, CancellationToken cancellationToken)
    {
        while (!Of(id).Any())
        {
            await _logged.WaitAsync(cancellationToken);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Dispose() => _logged.Dispose();

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _entries.Enqueue((eventId.Id, $"{formatter(state, exception)} {exception?.Message}"));
        _logged.Release();
    }
}
