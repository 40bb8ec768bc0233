using System.Net.ServerSentEvents;

namespace Ganglion.Cli.Client;

/// <summary>
/// Reads an event stream message by message. Whoever stops waiting keeps the connection, and with it the membership in a group,
/// until this is disposed: there may be something left to commit.
/// </summary>
internal sealed class EventStreamReader : IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly IAsyncEnumerator<SseItem<byte[]>> _items;
    private Task<bool> _next = Task.FromResult(true);

    public EventStreamReader(ApiClient api, string path) =>
        _items = api.FollowAsync(path, _closing.Token).GetAsyncEnumerator(_closing.Token);

    /// <summary>The next message; <see langword="null"/> at the end of the stream.</summary>
    /// <param name="beforeWaiting">What is to be done before waiting for more, once all that has arrived was taken.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async ValueTask<SseItem<byte[]>?> NextAsync(Func<ValueTask> beforeWaiting, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _next = _items.MoveNextAsync().AsTask();
        if (!_next.IsCompleted)
        {
            await beforeWaiting().ConfigureAwait(false);
        }

        return await _next.WaitAsync(cancellationToken).ConfigureAwait(false) ? _items.Current : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _items.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }
}
