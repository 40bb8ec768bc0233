using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;

namespace FaultProcess;

/// <summary>Lets the broker compact, remove what is too much, fill a file of its commit log, and delete a topic.</summary>
internal sealed class Chores(IEventBroker broker)
{
    private const string Notes = "notes";
    private const string Ballast = "ballast";

    public async Task RunAsync()
    {
        await using IEventProducer producer = await broker.CreateProducerAsync();
        await EnsureAsync(Notes, new TopicSettings { Cleanup = CleanupPolicy.Compact });
        long noted = await broker.Topics.GetOffsetAsync(new TopicPartition(Notes, 0), OffsetPosition.Latest);
        if (noted == 0)
        {
            // Otherwise a run before this one has.
            await ThrowBallastAsync(producer);
        }

        await WriteNotesAsync(producer, noted);
    }

    /// <summary>Writes more than a file of the commit log holds and the topic keeps, and deletes the topic.</summary>
    private async Task ThrowBallastAsync(IEventProducer producer)
    {
        await EnsureAsync(Ballast, new TopicSettings { SegmentBytes = 1_000_000, RetentionBytes = 2_000_000 });
        for (int i = 0; i < 18; i++)
        {
            await producer.AppendAsync(new ProducerRecord(Ballast, new Record(null, new byte[1_000_000])));
        }

        await UntilAsync(async () => await broker.Topics.GetOffsetAsync(new TopicPartition(Ballast, 0), OffsetPosition.Earliest) > 0);
        await broker.Topics.DeleteAsync(Ballast);
    }

    /// <summary>Writes the same key over and over, until compaction has removed what this run began with.</summary>
    private async Task WriteNotesAsync(IEventProducer producer, long noted)
    {
        for (int i = 0; i < 20; i++)
        {
            await producer.AppendAsync(new ProducerRecord(Notes, new Record(Encoding.UTF8.GetBytes("key"), new byte[1000])));
        }

        await UntilAsync(async () => await FirstOffsetAsync(Notes) > noted);
    }

    private async Task EnsureAsync(string topic, TopicSettings settings)
    {
        if (await broker.Topics.FindAsync(topic) is null)
        {
            await broker.Topics.CreateAsync(topic, settings);
        }
    }

    private async Task<long> FirstOffsetAsync(string topic)
    {
        var from = new Dictionary<TopicPartition, OffsetPosition> { [new TopicPartition(topic, 0)] = OffsetPosition.Earliest };
        await using IEventReader reader = await broker.CreateReaderAsync(new ReaderOptions { From = from });
        return (await reader.ReadAsync()).Records[0].Offset;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await isSo())
        {
            await timer.WaitForNextTickAsync();
        }
    }
}
