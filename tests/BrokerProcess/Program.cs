using System.Globalization;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;

// A process that tests start in order to kill it, or to let it run out of disk. It tells what was acknowledged, line by line.
string mode = args[0];
string folder = args[1];
TimeSpan flush = TimeSpan.FromMilliseconds(int.Parse(args[2], CultureInfo.InvariantCulture));
await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder, new EmbeddedBrokerOptions { FlushInterval = flush, TailCacheBytes = 0 });
await using IEventProducer producer = await broker.CreateProducerAsync();

switch (mode)
{
    case "commit":
        await Task.WhenAll(Enumerable.Range(0, 8).Select(CommitForEverAsync));
        break;
    case "fill":
        await FillAsync();
        break;
    default:
        throw new InvalidOperationException($"Unknown mode: {mode}");
}

// Each commit writes the same text to two topics, and is told once it is acknowledged.
async Task CommitForEverAsync(int writer)
{
    string run = Guid.NewGuid().ToString("N")[..8];
    string padding = new('x', 2000);
    for (int i = 0; ; i++)
    {
        string text = $"{run}-{writer}-{i}";
        var record = new Record(Encoding.UTF8.GetBytes($"{writer}"), Encoding.UTF8.GetBytes($"{text}:{padding}"));
        await producer.CommitAsync(new AtomicCommit { Records = [new("left", record), new("right", record)] });
        await Console.Out.WriteLineAsync(text);
    }
}

// Appends until the disk is full, makes room by removing the file "balloon", and appends again.
async Task FillAsync()
{
    var record = new Record(null, new byte[500_000]);
    int appended = 0;
    try
    {
        while (true)
        {
            await producer.AppendAsync(new ProducerRecord("full", record));
            appended++;
        }
    }
    catch (StorageException exception)
    {
        Console.WriteLine($"refused: {exception.Code}");
    }

    Console.WriteLine($"readable: {await CountAsync() == appended}");
    File.Delete(Path.Combine(folder, "balloon"));
    while (true)
    {
        try
        {
            await producer.AppendAsync(new ProducerRecord("full", record));
            appended++;
            break;
        }
        catch (StorageException)
        {
            await Task.Delay(100);
        }
    }

    Console.WriteLine($"recovered: {await CountAsync() == appended}");
}

async Task<int> CountAsync()
{
    var place = new TopicPartition("full", 0);
    long end = await broker.Topics.GetOffsetAsync(place, OffsetPosition.Latest);
    await using IEventReader reader = await broker.CreateReaderAsync(
        new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [place] = OffsetPosition.Earliest } });
    int count = 0;
    while (reader.GetPosition(place) < end)
    {
        count += (await reader.ReadAsync()).Records.Count;
    }

    return count;
}
