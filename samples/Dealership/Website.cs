using System.Text.Json;
using Ganglion.Events;
using Ganglion.Hosting;

namespace Dealership;

/// <summary>Where visitors write, and read what they are answered.</summary>
internal sealed class Website(IEventPublisher publisher, Timeline timeline, TimeProvider time, CancellationToken closing)
{
    private static readonly JsonSerializerOptions Json = new EventDataOptions().Json;
    private readonly Dictionary<string, int> _messages = [];

    /// <summary>Somebody writes something, and waits until it is answered.</summary>
    public async Task AskAsync(string visitor, string message) => await WaitForAsync(Channels.ResponsesFinal, await WriteAsync(visitor, message));

    /// <summary>Somebody writes something. What an earlier run has written is not written again.</summary>
    /// <returns>The conversation that begins with it.</returns>
    public async Task<string> WriteAsync(string visitor, string message)
    {
        int number = _messages[visitor] = _messages.GetValueOrDefault(visitor) + 1;
        var said = new CloudEvent(Channels.Messages, "/website", time)
        {
            Id = $"{visitor}-{number}",
            SessionId = visitor,
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToUtf8Bytes(new UserMessage(message), Json),
        };
        if (!timeline.Has(Channels.MessagesRaw, said.Id))
        {
            await publisher.PublishAsync(Channels.Messages, said, key: visitor, closing);
        }

        return said.Id;
    }

    /// <summary>Waits until each of these conversations has come to a topic.</summary>
    public Task WaitForAsync(string topic, params string[] conversations) => timeline.ShowUntilAsync(topic, conversations, closing);
}
