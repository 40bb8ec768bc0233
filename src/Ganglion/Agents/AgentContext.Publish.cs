using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Agents;

public sealed partial class AgentContext
{
    /// <summary>What the handler has sent so far.</summary>
    internal List<ProducerRecord>? Published { get; private set; }

    /// <summary>
    /// Sends an event. Its type is the channel's name; its cause is the event that is being handled or, once the handler has awaited
    /// one, the last answer; its conversation is by default that of the event being handled. Its id is derived from that event, so that
    /// a handler that runs again sends the same event again.
    /// </summary>
    /// <typeparam name="TData">The type of the data.</typeparam>
    /// <param name="channel">Where to.</param>
    /// <param name="data">The data; <see langword="null"/>: an event without data.</param>
    /// <param name="key">Decides the partition; events of one key keep their order. Default: the key of this instance.</param>
    /// <param name="conversation">
    /// The conversation that the event belongs to, where it is another than that of the event being handled: a bare answer begins
    /// one of its own, and what follows from it belongs to the conversation of the question. Default: <see cref="Conversation"/>.
    /// </param>
    /// <exception cref="ArgumentException">The conversation is empty or holds control characters.</exception>
    public void Publish<TData>(string channel, TData data, string? key = null, string? conversation = null)
    {
        string topic = TopicOf(channel);
        lock (_lock)
        {
            ThrowIfClosed();
            Send(topic, NewEvent(channel, channel, data, conversation), key);
        }
    }

    /// <summary>
    /// Sends an event that you have made yourself, as it is, except that its cause and its conversation are filled in where they
    /// are not set. Give it the same id each time the handler runs for the same event.
    /// </summary>
    /// <param name="channel">Where to.</param>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="key">
    /// Decides the partition, unless the event has a <see cref="CloudEvent.PartitionKey"/>. Default: the key of this instance.
    /// </param>
    [OverloadResolutionPriority(1)]
    public void Publish(string channel, CloudEvent cloudEvent, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        string topic = TopicOf(channel);
        lock (_lock)
        {
            ThrowIfClosed();
            Send(topic, cloudEvent with { CausationId = cloudEvent.CausationId ?? CauseId, CorrelationId = cloudEvent.CorrelationId ?? Conversation }, key);
        }
    }

    /// <summary>Sends a record, as it is.</summary>
    internal void Send(ProducerRecord record)
    {
        lock (_lock)
        {
            ThrowIfClosed();
            (Published ??= new List<ProducerRecord>(1)).Add(record);
        }
    }

    private string TopicOf(string channel)
    {
        ArgumentException.ThrowIfNullOrEmpty(channel);
        return _agentServices.Routes.EntryOf(channel);
    }

    // Called under the lock.
    private CloudEvent NewEvent<TData>(string type, string channel, TData data, string? conversation = null)
    {
        EventData? written = data is null ? null : _agentServices.Data.Write(data, channel: channel);
        return NewEvent(type, conversation, written);
    }

    // Called under the lock.
    private CloudEvent NewEvent(string type, string? conversation = null, EventData? data = null) => new()
    {
        Id = NextId(),
        Source = _agentServices.Source,
        Type = type,
        Time = Now,
        CorrelationId = conversation ?? Conversation,
        CausationId = CauseId,
        SessionId = Event.SessionId,
        TraceParent = Event.TraceParent ?? TraceContext.Of(Activity.Current).TraceParent,
        TraceState = Event.TraceState,
        DataContentType = data?.ContentType,
        DataSchema = data?.Schema,
        Data = data?.Bytes,
    };

    private void Send(string topic, CloudEvent @event, string? key)
    {
        ReadOnlyMemory<byte> keyBytes = Encoding.UTF8.GetBytes(key ?? Self.Key);
        (Published ??= new List<ProducerRecord>(1)).Add(
            new ProducerRecord(topic, EventCodec.Encode(@event, keyBytes, TraceContext.Of(Activity.Current))));
    }
}
