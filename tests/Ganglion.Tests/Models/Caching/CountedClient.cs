using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models.Caching;

/// <summary>A client whose answers tell the number of the call, if a test does not say what they are.</summary>
internal sealed class CountedClient : IChatClient
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>How many of its calls were given up.</summary>
    public int GivenUp { get; private set; }

    public ChatClientMetadata Metadata { get; init; } = new("counted", new Uri("http://localhost:1/"), "small");

    /// <summary>What comes before an answer.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>The parts of an answer, by the number of the call.</summary>
    public Func<int, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> Parts { get; set; } = (call, _) => Of($"answer ", $"{call}").ToAsyncEnumerable();

    public static ChatResponseUpdate[] Of(params string[] words) =>
    [
        .. words.Select(word => new ChatResponseUpdate(ChatRole.Assistant, word)),
        new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 10, OutputTokenCount = 2, TotalTokenCount = 12 })]) { FinishReason = ChatFinishReason.Stop },
    ];

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int call = Interlocked.Increment(ref _calls);
        bool isWhole = false;
        try
        {
            await Before(cancellationToken);
            await foreach (ChatResponseUpdate part in Parts(call, cancellationToken))
            {
                yield return part;
            }

            isWhole = true;
        }
        finally
        {
            GivenUp += isWhole ? 0 : 1;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ChatClientMetadata) ? Metadata : null;

    public void Dispose()
    {
    }
}
