using System.Diagnostics;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Clients;
using Ganglion.Events;
using Ganglion.Routes;
using Ganglion.Telemetry;

namespace Ganglion.Hosting;

internal sealed class EventPublisher(
    IEventBroker broker, RouteTable table, EventDataSerializer serializer, TimeProvider time, IServiceProvider services)
    : IEventPublisher, IAsyncDisposable
{
    private readonly IRouteTable _routes = table;
    private readonly string _source = ApplicationSource.Of(services);
    private readonly Lock _opening = new();
    private volatile Task<IEventProducer>? _producer;

    public ValueTask<TopicPartitionOffset> PublishAsync<TData>(
        string channel, TData data, string? key = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(channel);
        EventData? written = data is null ? null : serializer.Write(data, channel: channel);
        TraceContext trace = TraceContext.Of(Activity.Current);
        var cloudEvent = new CloudEvent(channel, _source, time)
        {
            DataContentType = written?.ContentType,
            DataSchema = written?.Schema,
            Data = written?.Bytes,
            TraceParent = trace.TraceParent,
            TraceState = trace.TraceState,
        };
        return PublishAsync(channel, cloudEvent, key, cancellationToken);
    }

    public ValueTask<TopicPartitionOffset> PublishAsync(
        string channel, CloudEvent cloudEvent, string? key = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(channel);
        ArgumentNullException.ThrowIfNull(cloudEvent);
        return GanglionTelemetry.Source.HasListeners()
            ? SendTracedAsync(channel, cloudEvent, key, cancellationToken)
            : SendAsync(channel, cloudEvent, key, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_producer is { IsFaulted: false, IsCanceled: false } producer)
        {
            await (await producer.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }

    // The span begins before the event is encoded, so that it is the record's hop, and the parent of what processes it.
    private async ValueTask<TopicPartitionOffset> SendTracedAsync(
        string channel, CloudEvent cloudEvent, string? key, CancellationToken cancellationToken)
    {
        Activity? activity = SendActivity.Start(_routes.EntryOf(channel), cloudEvent);
        Exception? failure = null;
        try
        {
            TopicPartitionOffset position = await SendAsync(channel, cloudEvent, key, cancellationToken).ConfigureAwait(false);
            activity?.SetPlace(position);
            return position;
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            activity?.End(failure);
        }
    }

    private ValueTask<TopicPartitionOffset> SendAsync(string channel, CloudEvent cloudEvent, string? key, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? keyBytes = key is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(key);
        Record record = EventCodec.Encode(cloudEvent, keyBytes, TraceContext.Of(Activity.Current));
        return _producer is { IsCompletedSuccessfully: true } opened
            ? opened.Result.AppendAsync(new ProducerRecord(_routes.EntryOf(channel), record), cancellationToken)
            : AppendAsync(channel, record, cancellationToken);
    }

    private async ValueTask<TopicPartitionOffset> AppendAsync(string channel, Record record, CancellationToken cancellationToken)
    {
        IEventProducer producer = await OpenAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return await producer.AppendAsync(new ProducerRecord(_routes.EntryOf(channel), record), cancellationToken).ConfigureAwait(false);
    }

    // One producer for all. If it cannot be opened, whoever comes next tries again.
    private Task<IEventProducer> OpenAsync()
    {
        lock (_opening)
        {
            return _producer is { IsFaulted: false, IsCanceled: false } producer
                ? producer
                : _producer = Task.Run(CreateProducerAsync);
        }
    }

    // Where channels begin is known before the first event goes out.
    private async Task<IEventProducer> CreateProducerAsync()
    {
        await _routes.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        return await broker.CreateProducerAsync(new ProducerOptions { ClientId = "publisher" }).ConfigureAwait(false);
    }
}
