namespace Ganglion.Hosting;

/// <summary>
/// Drops the agents of a host that is disposed of and was never stopped, as when its web server could not start. Otherwise the broker would
/// go before them, and they would be taken for broken.
/// </summary>
internal sealed class AgentHostEnd(AgentHost agents) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await agents.DropAsync().ConfigureAwait(false);
}
