using Ganglion.Agents;
using Ganglion.Brokers;
using InvoiceApproval.Input;
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
        var channel = new TopicSettings { Partitions = new AgentOptions().Partitions, Cleanup = CleanupPolicy.None };
        foreach (string name in Channels.All)
        {
            await EnsureAsync(name, channel, cancellationToken);
        }

        await EnsureAsync(InputPosition.Topic, new TopicSettings { Partitions = 1, Cleanup = CleanupPolicy.Compact }, cancellationToken);
        await follower.BeginAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EnsureAsync(string name, TopicSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            if (await broker.Topics.FindAsync(name, cancellationToken) is null)
            {
                await broker.Topics.CreateAsync(name, settings, cancellationToken);
            }
        }
        catch (TopicException exception) when (exception.Code == "topic-exists")
        {
            // Another process on the same cluster was faster.
        }
    }
}
