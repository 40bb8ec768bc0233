using System.Globalization;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;

namespace FaultProcess;

/// <summary>The transfers from their request to their audit.</summary>
internal sealed class Work(IEventPublisher publisher, IEventBroker broker, EventDataSerializer data, Rerouting rerouting)
{
    /// <summary>How many transfers there are; number 0 cannot be handled.</summary>
    public const int Count = 20;

    /// <summary>From this number on they are published when they have a route.</summary>
    private const int FirstRouted = 11;

    public async Task RunAsync()
    {
        for (int number = 0; number <= Count; number++)
        {
            if (number == FirstRouted)
            {
                await rerouting.Begun;
            }

            await PublishAsync(number);
        }

        await WaitForAsync("audit.closed", Count);
        await WaitForAsync("transfer.requested.dlq", 1);
    }

    // Nobody knows what was published before the process died, so all of it is published again under the same ids.
    private async Task PublishAsync(int number)
    {
        var transfer = new Transfer(number, $"account-{number % 4}", $"region-{number % 3}");
        EventData written = data.Write(transfer);
        var requested = new CloudEvent("transfer.requested", "/tests", TimeProvider.System)
        {
            Id = number.ToString(CultureInfo.InvariantCulture),
            DataContentType = written.ContentType,
            Data = written.Bytes,
        };
        await publisher.PublishAsync("transfer.requested", requested, transfer.Account);
    }

    private async Task WaitForAsync(string topic, int count)
    {
        await using IEventReader reader = await broker.CreateReaderAsync(new ReaderOptions { From = await BeginningAsync(topic) });
        for (int read = 0; read < count;)
        {
            read += (await reader.ReadAsync()).Records.Count;
        }
    }

    private async Task<Dictionary<TopicPartition, OffsetPosition>> BeginningAsync(string topic)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        TopicDescription? description;
        while ((description = await broker.Topics.FindAsync(topic)) is null)
        {
            await timer.WaitForNextTickAsync();
        }

        return description.Partitions.ToDictionary(partition => new TopicPartition(topic, partition.Partition), _ => OffsetPosition.Earliest);
    }
}
