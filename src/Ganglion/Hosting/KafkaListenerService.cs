using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Hosting;

/// <summary>Lets clients of Kafka use the host's broker as long as the host runs.</summary>
internal sealed class KafkaListenerService(IEventBroker broker, KafkaListenerOptions options) : IHostedService
{
    private KafkaListener? _listener;

    public async Task StartAsync(CancellationToken cancellationToken) => _listener = await KafkaListener.StartAsync(
        broker as EmbeddedBroker ?? throw new ListenerException(
            "listener-broker-unsuitable",
            $"Only an embedded broker can listen for clients of Kafka; the host's is of the kind '{broker.System}'. Leave ListenForKafka out: "
            + "clients of Kafka connect to the cluster itself."),
        options,
        cancellationToken).ConfigureAwait(false);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_listener is { } listener)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }
    }
}
