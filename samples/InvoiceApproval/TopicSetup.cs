using Ganglion.Agents;
using Ganglion.Brokers;
using InvoiceApproval.Timeline;
using Microsoft.Extensions.Hosting;

namespace InvoiceApproval;

/// <summary>
/// Creates the topics, and notes where they end, before the agents start. They keep everything for ever: the summary counts what is
/// on the log.
/// </summary>
internal sealed class TopicSetup(IEventBroker broker, LogFollower follower) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = new TopicSettings { Partitions = new AgentOptions().Partitions, Cleanup = CleanupPolicy.None };
        foreach (string topic in Channels.All)
        {
            if (await broker.Topics.FindAsync(topic, cancellationToken) is null)
            {
                await broker.Topics.CreateAsync(topic, settings, cancellationToken);
            }
        }

        await follower.BeginAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
