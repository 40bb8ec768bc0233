using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Groups;

/// <summary>A member of a group that reads through an event stream. It leaves the group when this is disposed of.</summary>
internal sealed class GroupStream(GroupStreams streams, string group, IEventConsumer consumer) : IAsyncDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Group => group;

    /// <summary>The name under which the stream's reader commits and leaves.</summary>
    public string Member { get; } = Guid.NewGuid().ToString("N");

    public IEventConsumer Consumer => consumer;

    /// <summary>The reader has asked to leave: the stream is to end.</summary>
    public CancellationToken Leaving => _leaving.Token;

    /// <summary>Ends the stream, and waits until the group is without its member.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await _leaving.CancelAsync().ConfigureAwait(false);
        await _left.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        streams.Remove(this);
        try
        {
            await consumer.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _left.TrySetResult();
        }
    }
}
