using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Requests;

/// <summary>The one producer through which all requests publish, opened by the first of them.</summary>
internal sealed class SharedProducer(Func<IEventBroker> broker) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private volatile IEventProducer? _producer;

    public ValueTask<IEventProducer> GetAsync(CancellationToken cancellationToken) =>
        _producer is { } producer ? new(producer) : OpenAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_producer is { } producer)
        {
            await producer.DisposeAsync().ConfigureAwait(false);
        }

        _opening.Dispose();
    }

    private async ValueTask<IEventProducer> OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _producer ??= await broker()
                .CreateProducerAsync(new ProducerOptions { ClientId = "ganglion-http" }, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }
}
