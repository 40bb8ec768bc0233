using System.Diagnostics;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Clients;
using Ganglion.Events;
using Ganglion.Routes;
using Ganglion.Telemetry;

namespace Ganglion.Hosting;

internal sealed class EventPublisher(
    IEventBroker broker, IRouteTable routes, EventDataSerializer serializer, TimeProvider time, IServiceProvider services)
    : IEventPublisher, IAsyncDisposable
{
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
        string topic = routes.Resolve(channel).Topic;
        return GanglionTelemetry.Source.HasListeners()
            ? SendTracedAsync(topic, cloudEvent, key, cancellationToken)
            : SendAsync(topic, cloudEvent, key, cancellationToken);
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
        string topic, CloudEvent cloudEvent, string? key, CancellationToken cancellationToken)
    {
        Activity? activity = SendActivity.Start(topic, cloudEvent);
        Exception? failure = null;
        try
        {
            TopicPartitionOffset position = await SendAsync(topic, cloudEvent, key, cancellationToken).ConfigureAwait(false);
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

    private ValueTask<TopicPartitionOffset> SendAsync(string topic, CloudEvent cloudEvent, string? key, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? keyBytes = key is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(key);
        var record = new ProducerRecord(topic, EventCodec.Encode(cloudEvent, keyBytes, TraceContext.Of(Activity.Current)));
        return _producer is { IsCompletedSuccessfully: true } opened
            ? opened.Result.AppendAsync(record, cancellationToken)
            : AppendAsync(record, cancellationToken);
    }

    private async ValueTask<TopicPartitionOffset> AppendAsync(ProducerRecord record, CancellationToken cancellationToken)
    {
        IEventProducer producer = await OpenAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return await producer.AppendAsync(record, cancellationToken).ConfigureAwait(false);
    }

    // One producer for all. If it cannot be opened, whoever comes next tries again.
    private Task<IEventProducer> OpenAsync()
    {
        lock (_opening)
        {
            return _producer is { IsFaulted: false, IsCanceled: false } producer
                ? producer
                : _producer = Task.Run(() => broker.CreateProducerAsync(new ProducerOptions { ClientId = "publisher" }).AsTask());
        }
    }
}
