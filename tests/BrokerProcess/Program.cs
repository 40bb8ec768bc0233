using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using System.Text;
using BrokerProcess;
using Ganglion;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Events;
using Ganglion.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A process that tests start in order to kill it, or to let it run out of disk. It tells what was acknowledged, line by line.
string mode = args[0];
string folder = args[1];
TimeSpan flush = TimeSpan.FromMilliseconds(int.Parse(args[2], CultureInfo.InvariantCulture));
var options = new EmbeddedBrokerOptions { FlushInterval = flush };
if (mode == "open")
{
    await OpenAndCloseAsync();
    return;
}

await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder, mode == "tail" ? options : options with { TailCacheBytes = 0 });
await using IEventProducer producer = await broker.CreateProducerAsync();

switch (mode)
{
    case "commit":
        await Task.WhenAll(Enumerable.Range(0, 8).Select(CommitForEverAsync));
        break;
    case "fill":
        await FillAsync();
        break;
    case "remember":
        await Remembering.RunAsync(broker, folder);
        break;
    case "unblock":
        await ReadBehindAnOpenTransactionAsync();
        break;
    case "listen":
        await ListenAsync();
        break;
    case "decompress":
        await DecompressAsync();
        break;
    case "tail":
        await ReadAtTheTailAsync();
        break;
    case "deny" when !OperatingSystem.IsWindows():
        await AppendWhileDeniedAsync();
        break;
    default:
        throw new InvalidOperationException($"Unknown mode: {mode}");
}

// Listens all the same, appends behind a transaction that cannot be ended for lack of room, and reads once it is.
async Task ReadBehindAnOpenTransactionAsync()
{
    await using KafkaListener listener = await KafkaListener.StartAsync(broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
    Console.WriteLine(listener.EndPoint.Port);
    var partition = new TopicPartition("many", 0);
    await producer.AppendAsync(new ProducerRecord("many", new Record(null, "after"u8.ToArray()), Partition: 0));
    await using IEventReader reader = await broker.CreateReaderAsync(
        new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [partition] = OffsetPosition.Earliest } });
    Task<ConsumedBatch> reading = reader.ReadAsync().AsTask();
    await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(2)));
    Console.WriteLine($"opened, listens, and waits: {!reading.IsCompleted}");
    Console.WriteLine($"read: {Encoding.UTF8.GetString((await reading).Records[0].Record.Value!.Value.Span)}");
}

// Serves clients of Kafka until it is killed, perhaps at a point that is reached from now on.
async Task ListenAsync()
{
    await using KafkaListener listener = await KafkaListener.StartAsync(
        broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
    Host.CreateEmptyApplicationBuilder(null).AddGanglion(ganglion => ganglion.UseFaultInjection());
    Console.WriteLine(listener.EndPoint.Port);
    await Task.Delay(Timeout.Infinite);
}

// Reads a topic, tells what comes of it, and serves clients of Kafka until it is killed; what is logged comes behind that.
async Task DecompressAsync()
{
    var partition = new TopicPartition("stored", 0);
    await using IEventReader reader = await broker.CreateReaderAsync(
        new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [partition] = OffsetPosition.Earliest } });
    for (int i = 0; i < 2; i++)
    {
        try
        {
            ConsumedBatch read = await reader.ReadAsync();
            Console.WriteLine($"read {read.Records.Count}");
        }
        catch (GanglionException exception)
        {
            Console.WriteLine($"{exception.Code} at {reader.GetPosition(partition)}: {exception.Message}");
        }
    }

    using ILoggerFactory loggers = LoggerFactory.Create(static logging => logging.AddSimpleConsole(static console => console.SingleLine = true));
    await using KafkaListener listener = await KafkaListener.StartAsync(
        broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), LoggerFactory = loggers });
    Console.WriteLine(listener.EndPoint.Port);
    await Task.Delay(Timeout.Infinite);
}

async Task OpenAndCloseAsync()
{
    try
    {
        await (await EmbeddedBroker.OpenAsync(folder, options)).DisposeAsync();
        Console.WriteLine("opened");
    }
    catch (StorageException exception)
    {
        Console.WriteLine($"refused: {exception.Code}");
    }
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

    Console.WriteLine($"readable: {await CountAsync("full") == appended}");
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

    Console.WriteLine($"recovered: {await CountAsync("full") == appended}");
}

// Reads every record as soon as it is appended, and tells how many bytes the process has asked its files for meanwhile.
async Task ReadAtTheTailAsync()
{
    await ReadAsync(count: 200);
    long before = BytesRead();
    await ReadAsync(count: 2000);
    Console.WriteLine(BytesRead() - before);

    async Task ReadAsync(int count)
    {
        var record = new Record(null, new byte[1000]);
        TopicPartitionOffset place = await producer.AppendAsync(new ProducerRecord("tail", record));
        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [place.Partition] = OffsetPosition.Latest } });
        for (int read = 0; read < count;)
        {
            ValueTask<ConsumedBatch> waiting = reader.ReadAsync();
            await producer.AppendAsync(new ProducerRecord("tail", record));
            read += (await waiting).Records.Count;
        }
    }

    static long BytesRead() => long.Parse(File.ReadLines("/proc/self/io").First()["rchar: ".Length..], CultureInfo.InvariantCulture);
}

// Loses the right to write in its folder while it is at work, and gets it back.
[UnsupportedOSPlatform("windows")]
async Task AppendWhileDeniedAsync()
{
    const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.UserExecute;
    await AppendAsync("known");
    string[] folders = [folder, .. Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories)];
    Permit(Read);
    await AppendAsync("new");
    Console.WriteLine($"readable: {await CountAsync("known") == 1}");
    Permit(Read | UnixFileMode.UserWrite);
    await AppendAsync("new");
    Console.WriteLine($"recovered: {await CountAsync("new") == 1}");

    void Permit(UnixFileMode mode)
    {
        foreach (string path in folders)
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    async Task AppendAsync(string topic)
    {
        try
        {
            await producer.AppendAsync(new ProducerRecord(topic, new Record(null, new byte[1000])));
            Console.WriteLine("appended");
        }
        catch (StorageException exception)
        {
            Console.WriteLine($"refused: {exception.Code}");
        }
    }
}

async Task<int> CountAsync(string topic)
{
    var place = new TopicPartition(topic, 0);
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
