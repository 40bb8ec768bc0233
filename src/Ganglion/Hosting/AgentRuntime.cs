using System.Diagnostics.Metrics;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Clients;
using Ganglion.Events;
using Ganglion.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Hosting;

internal sealed partial class AgentRuntime : IAgentRuntime, IAsyncDisposable
{
    private const int MostPending = 10_000;

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(100);

    private readonly IEventBroker _broker;
    private readonly EventDataSerializer _data;
    private readonly RequestClient _client;

    public AgentRuntime(IEventBroker broker, EventDataSerializer data, TimeProvider time, IServiceProvider services)
    {
        _broker = broker;
        _data = data;
        ILoggerFactory loggers = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        string source = ApplicationSource.Of(services);
        _client = new RequestClient(
            broker, source, MostPending, new RequestMetrics(services.GetService<IMeterFactory>()), time, new UnfailingLogger(loggers.CreateLogger<RequestClient>()));
    }

    public async ValueTask<TReply?> SendMessageAsync<TReply>(
        object message, AgentId recipient, string? request = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        where TReply : notnull
    {
        CloudEvent reply = await SendAsync(message, recipient, request, timeout, cancellationToken).ConfigureAwait(false);
        return reply is TReply whole ? whole : reply.Data is null ? default : _data.Read<TReply>(reply);
    }

    public async ValueTask SendMessageAsync(
        object message, AgentId recipient, string? request = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        await SendAsync(message, recipient, request, timeout, cancellationToken).ConfigureAwait(false);

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private async ValueTask<CloudEvent> SendAsync(
        object message, AgentId recipient, string? request, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        request ??= EventTypeAttribute.NameOf(message.GetType());
        ArgumentException.ThrowIfNullOrEmpty(request);
        if (await _broker.Topics.FindAsync(Inbox.TopicOf(recipient.Type.Name), cancellationToken).ConfigureAwait(false) is null)
        {
            throw new UndeliverableException(
                $"'{request} of {recipient}' cannot be delivered: nobody hosts '{recipient.Type}'. Start a host that has it, or correct the name.");
        }

        return await _client.SendAsync(recipient, request, _data.Write(message), timeout ?? DefaultTimeout, cancellationToken).ConfigureAwait(false);
    }
}
