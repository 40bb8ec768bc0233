using System.Text.Json;
using Ganglion.Events;
using Ganglion.Hosting;

namespace Dealership;

/// <summary>Where visitors write, and the programs of customers, and read what they are answered.</summary>
internal sealed class Website(IEventPublisher publisher, Timeline timeline, TimeProvider time, CancellationToken closing)
{
    private static readonly JsonSerializerOptions Json = new EventDataOptions().Json;
    private readonly Dictionary<string, int> _asked = [];

    /// <summary>Somebody writes something, and waits until it is answered.</summary>
    public async Task AskAsync(string visitor, string message) => await WaitForAsync(Channels.ResponsesFinal, await WriteAsync(visitor, message));

    /// <summary>Somebody writes something. What an earlier run has written is not written again.</summary>
    /// <returns>The conversation that begins with it.</returns>
    public Task<string> WriteAsync(string visitor, string message) =>
        PublishAsync(Channels.Messages, Channels.MessagesRaw, Create(Channels.Messages, visitor, message));

    /// <summary>The program of a customer asks something.</summary>
    /// <returns>The conversation that begins with it.</returns>
    public Task<string> RequestAsync(string customer, string tier, string message) => PublishAsync(
        Channels.Requests,
        Channels.Requests,
        Create(Channels.Requests, customer, message) with { Extensions = new Dictionary<string, string> { ["tier"] = tier } });

    /// <summary>Waits until each of these conversations has come to a topic.</summary>
    public Task WaitForAsync(string topic, params string[] conversations) => timeline.ShowUntilAsync(topic, conversations, closing);

    private CloudEvent Create(string channel, string who, string message)
    {
        int number = _asked[who] = _asked.GetValueOrDefault(who) + 1;
        return new CloudEvent(channel, "/website", time)
        {
            Id = $"{who}-{number}",
            SessionId = who,
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToUtf8Bytes(new UserMessage(message), Json),
        };
    }

    private async Task<string> PublishAsync(string channel, string entry, CloudEvent asked)
    {
        if (!timeline.Has(entry, asked.Id))
        {
            await publisher.PublishAsync(channel, asked, key: asked.SessionId, closing);
        }

        return asked.Id;
    }
}
