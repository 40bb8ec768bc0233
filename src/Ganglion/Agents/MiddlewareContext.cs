using Ganglion.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Agents;

/// <summary>What middleware sees of one attempt at one turn of a handler.</summary>
public sealed class MiddlewareContext
{
    private readonly IServiceScopeFactory _scopes;
    private readonly Lock _lock = new();
    private AsyncServiceScope? _scope;
    private bool _isOver;

    internal MiddlewareContext(IServiceScopeFactory scopes, AgentId self, CloudEvent @event, string channel, int attempt, bool isResumed, CancellationToken lost)
    {
        _scopes = scopes;
        Self = self;
        Event = @event;
        Channel = channel;
        Attempt = attempt;
        IsResumed = isResumed;
        CancellationToken = lost;
    }

    /// <summary>The instance that handles the event.</summary>
    public AgentId Self { get; }

    /// <summary>The event that is being handled; of a handler that goes on after it has waited, the one that it began with.</summary>
    public CloudEvent Event { get; }

    /// <summary>Which handler it is: its channel, the name of its request, or that of its message.</summary>
    public string Channel { get; }

    /// <summary>As <see cref="AgentContext.Attempt"/>: 1 at first in each turn, 2 on the first retry, and so on.</summary>
    public int Attempt { get; }

    /// <summary>
    /// Whether the handler has done something for good before, and goes on behind it: it has waited, or was interrupted behind an effect. Such
    /// a one can no more be skipped.
    /// </summary>
    public bool IsResumed { get; }

    /// <summary>Once the rest is done: whether the handler waits, rather than having returned. It is to have another turn.</summary>
    public bool IsWaiting { get; internal set; }

    /// <summary>Fires when the work is in vain, because the partition went elsewhere or the host stops without patience.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The services of the host, in the scope that the handler has, too. It lasts until the outermost middleware is done.</summary>
    public IServiceProvider Services
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isOver, this);
                return (_scope ??= _scopes.CreateAsyncScope()).ServiceProvider;
            }
        }
    }

    /// <summary>Whether the handler was given up: what becomes of the middleware counts no more.</summary>
    internal bool IsAbandoned { get; set; }

    internal ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isOver = true;
            return _scope?.DisposeAsync() ?? default;
        }
    }
}
