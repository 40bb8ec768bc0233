using Microsoft.Extensions.AI;

namespace Ganglion.Testing.Tests.Evaluations;

/// <summary>A client that answers x when a test lets it.</summary>
internal sealed class GatedClient(Func<Task> before) : IChatClient
{
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        await before();
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, "x"));
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
