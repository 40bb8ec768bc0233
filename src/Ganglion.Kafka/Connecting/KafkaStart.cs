using Ganglion.Brokers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Connecting;

/// <summary>
/// Reaches the cluster before the agents start: if it cannot be reached, the host does not start, and says why, instead of letting the first request of
/// some agent run out of time.
/// </summary>
internal sealed class KafkaStart(IServiceProvider services) : IHostedLifecycleService
{
    // The last broker counts that was chosen, and may be another.
    public Task StartingAsync(CancellationToken cancellationToken) =>
        services.GetRequiredService<IEventBroker>() is KafkaBroker broker ? broker.ReachAsync(cancellationToken) : Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
