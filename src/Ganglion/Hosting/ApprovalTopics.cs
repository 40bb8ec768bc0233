using Ganglion.Approvals;
using Ganglion.Brokers;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Hosting;

/// <summary>Sees to it, before any agent starts, that the options of approvals are right and that their topic is one that keeps everything.</summary>
internal sealed class ApprovalTopics(IEventBroker broker, ApprovalOptions options) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        _ = options;
        await broker.Topics.EnsureAsync(ApprovalQueues.Topic, ApprovalQueues.Settings, cancellationToken).ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
