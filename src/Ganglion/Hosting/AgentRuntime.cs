using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Clients;
using Ganglion.Events;
using Ganglion.Registry;
using Ganglion.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Hosting;

internal sealed partial class AgentRuntime(
    IEventBroker broker,
    EventDataSerializer data,
    IEventPublisher publisher,
    AgentRegistry registry,
    SubscriptionRegistry subscriptions,
    AgentHost host,
    TimeProvider time,
    IServiceProvider services) : IAgentRuntime, IAsyncDisposable
{
    private const int MostPending = 10_000;

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(100);

    private readonly string _source = ApplicationSource.Of(services);
    private readonly RequestClient _client = new(
        broker,
        ApplicationSource.Of(services),
        MostPending,
        new RequestMetrics(services.GetService<IMeterFactory>()),
        time,
        new UnfailingLogger((services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<RequestClient>()));

    public async ValueTask<TReply?> SendMessageAsync<TReply>(
        object message, AgentId recipient, string? request = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        where TReply : notnull
    {
        CloudEvent reply = await SendAsync(message, recipient, request, timeout, cancellationToken).ConfigureAwait(false);
        return reply is TReply whole ? whole : reply.Data is null ? default : data.Read<TReply>(reply);
    }

    public async ValueTask SendMessageAsync(
        object message, AgentId recipient, string? request = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        await SendAsync(message, recipient, request, timeout, cancellationToken).ConfigureAwait(false);

    public async ValueTask PublishMessageAsync(object message, TopicId topic, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        EventData written = data.Write(message, channel: topic.Type);
        TraceContext trace = TraceContext.Of(Activity.Current);
        var published = new CloudEvent(EventTypeAttribute.NameOf(message.GetType()), _source, time)
        {
            DataContentType = written.ContentType,
            DataSchema = written.Schema,
            Data = written.Bytes,
            TraceParent = trace.TraceParent,
            TraceState = trace.TraceState,
        };
        await publisher.PublishAsync(topic.Type, published, topic.Source, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<JsonElement> SaveAgentStateAsync(AgentId agent, CancellationToken cancellationToken = default)
    {
        CloudEvent reply = await SendAsync(agent, StateRequests.Save, null, DefaultTimeout, cancellationToken).ConfigureAwait(false);
        return StateRequests.Read(reply);
    }

    public async ValueTask LoadAgentStateAsync(AgentId agent, JsonElement state, CancellationToken cancellationToken = default) =>
        await SendAsync(agent, StateRequests.Load, StateRequests.Write(state), DefaultTimeout, cancellationToken).ConfigureAwait(false);

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private ValueTask<CloudEvent> SendAsync(
        object message, AgentId recipient, string? request, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        request ??= EventTypeAttribute.NameOf(message.GetType());
        ArgumentException.ThrowIfNullOrEmpty(request);
        return SendAsync(recipient, request, data.Write(message, channel: Inbox.TopicOf(recipient.Type.Name)), timeout ?? DefaultTimeout, cancellationToken);
    }

    private ValueTask<CloudEvent> SendAsync(
        AgentId recipient, string request, EventData? written, TimeSpan timeout, CancellationToken cancellationToken) =>
        registry.IsKnown(recipient.Type)
            ? _client.SendAsync(recipient, request, written, timeout, cancellationToken)
            : SendIfHostedAsync(recipient, request, written, timeout, cancellationToken);

    private async ValueTask<CloudEvent> SendIfHostedAsync(
        AgentId recipient, string request, EventData? written, TimeSpan timeout, CancellationToken cancellationToken) =>
        await registry.IsHostedAsync(recipient.Type, cancellationToken).ConfigureAwait(false)
            ? await _client.SendAsync(recipient, request, written, timeout, cancellationToken).ConfigureAwait(false)
            : throw new UndeliverableException(
                $"'{request} of {recipient}' cannot be delivered: nobody hosts '{recipient.Type}'. Start a host that has it, or correct the name.");
}
