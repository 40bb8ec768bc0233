using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models;

/// <summary>A client that answers, or fails, as a test says.</summary>
internal sealed class ScriptedClient(params object[] answer) : IChatClient
{
    /// <summary>The options of each call.</summary>
    public List<ChatOptions?> Calls { get; } = [];

    /// <summary>How many of a streamed answer's parts were taken.</summary>
    public int Taken { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>Comes before each answer.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (ChatResponseUpdate update in GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            updates.Add(update);
        }

        return updates.ToChatResponse();
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Calls.Add(options);
        await Before();
        cancellationToken.ThrowIfCancellationRequested();
        foreach (object part in answer)
        {
            Taken++;
            yield return part switch
            {
                Exception failure => throw failure,
                UsageDetails usage => new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(usage)]),
                _ => new ChatResponseUpdate(ChatRole.Assistant, (string)part),
            };
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("script", null, "small") : null;

    public void Dispose() => IsDisposed = true;
}
