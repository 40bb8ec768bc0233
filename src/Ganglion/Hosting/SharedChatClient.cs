using Microsoft.Extensions.AI;

namespace Ganglion.Hosting;

/// <summary>A client that is somebody else's to dispose of.</summary>
internal sealed class SharedChatClient(IChatClient client) : DelegatingChatClient(client)
{
    // Whoever has made it disposes of it.
    protected override void Dispose(bool disposing) => base.Dispose(disposing: false);
}
