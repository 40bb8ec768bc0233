using System.Globalization;
using System.Text;
using System.Text.Json;
using Ganglion.Kafka.Tests.Foreign;

namespace Ganglion.Kafka.Tests.Clients;

/// <summary>kcat, which reads and writes text, and knows no time but now.</summary>
public sealed class KcatClient(string servers) : KafkaClient(servers)
{
    private const int ReadBytes = 1024;

    public override async Task<IReadOnlyList<(int Partition, long Offset)>> ProduceAsync(
        string topic, IReadOnlyList<ForeignRecord> records, string? compression = null, bool isIdempotent = false)
    {
        foreach (IGrouping<string, ForeignRecord> run in Runs(records))
        {
            await using ForeignProgram kcat = StartProducer(
                topic, run.First(), ["-z", compression ?? "none", "-X", $"enable.idempotence={(isIdempotent ? "true" : "false")}"]);
            await WriteAsync(kcat, run);
            await kcat.EndAsync();
        }

        return [];
    }

    // It writes one transaction, which it aborts if it is interrupted while it waits for more.
    public override async Task TransactAsync(string topic, string transactionalId, params IReadOnlyList<ClientTransaction> transactions)
    {
        foreach (ClientTransaction transaction in transactions)
        {
            IGrouping<string, ForeignRecord> run = Runs(transaction.Records).Single();
            await using ForeignProgram kcat = StartProducer(topic, run.First(), ["-X", $"transactional.id={transactionalId}"]);
            await WriteAsync(kcat, run);
            if (!transaction.Commits)
            {
                // It reads so many bytes at a time, and writes none before.
                int bytes = run.Sum(record => LineOf(record).Length + 1);
                await kcat.WriteLineAsync("|" + new string('x', (2 * ReadBytes) - (bytes % ReadBytes) - 2));
                await WhenWrittenAsync(topic, run.First());
                await kcat.InterruptAsync();
            }

            await kcat.EndAsync();
        }
    }

    public override Task<List<ForeignRecord>> ReadAsync(string topic, int count, string? group = null, bool? isCommitted = null)
    {
        string[] isolation = isCommitted is { } committed ? ["-X", $"isolation.level=read_{(committed ? "" : "un")}committed"] : [];
        string[] what = group is null
            ? ["-C", "-t", topic, "-o", "beginning"]
            : ["-X", "auto.offset.reset=earliest", "-G", group, topic];
        return ConsumeAsync(count, [.. isolation, .. what]);
    }

    public override async Task<List<long>> SeekAsync(string topic, int count, long offset)
    {
        List<ForeignRecord> before = await ConsumeAsync(count, ["-C", "-t", topic, "-o", "beginning"]);
        List<ForeignRecord> found = await ConsumeAsync(1, ["-C", "-t", topic, "-o", Text(offset)]);
        return [.. before.Concat(found).Select(record => record.Offset!.Value)];
    }

    public override async Task<long> FindAsync(string topic, long timestamp)
    {
        // topic [0] offset 7
        string output = await RunAsync("-Q", "-t", $"{topic}:0:{timestamp}");
        return long.Parse(output.TrimEnd().Split(' ')[^1], CultureInfo.InvariantCulture);
    }

    public override GroupMember StartMember(string group, string topic) => new KcatMember(Servers, group, topic);

    public override async Task<List<ShownPartition>> DescribeTopicAsync(string topic) =>
    [
        .. (await ListAsync("-t", topic)).Single().GetProperty("partitions").EnumerateArray().Select(partition => new ShownPartition(
            partition.GetProperty("partition").GetInt32(),
            partition.GetProperty("leader").GetInt32(),
            [.. partition.GetProperty("replicas").EnumerateArray().Select(replica => replica.GetProperty("id").GetInt32())])),
    ];

    public override async Task<List<string>> ListTopicsAsync() => [.. (await ListAsync()).Select(topic => topic.GetProperty("topic").GetString()!)];

    public override Task CreateTopicAsync(string topic, int partitions, IReadOnlyDictionary<string, string> config) => throw Lacking();

    public override Task<Dictionary<string, string>> DescribeConfigAsync(string topic) => throw Lacking();

    public override Task DeleteTopicAsync(string topic) => throw Lacking();

    public override Task<List<string>> ListGroupsAsync() => throw Lacking();

    public override Task<ShownGroup> DescribeGroupAsync(string group) => throw Lacking();

    public override Task DeleteGroupAsync(string group) => throw Lacking();

    public override ValueTask DisposeAsync() => default;

    /// <summary>A record as kcat shows it.</summary>
    internal static ForeignRecord Read(string line)
    {
        JsonElement json = JsonElement.Parse(line);
        string[] headers = json.TryGetProperty("headers", out JsonElement list) ? [.. list.EnumerateArray().Select(text => text.GetString()!)] : [];
        return ForeignRecord.Of(
            json.GetProperty("key").GetString(),
            json.GetProperty("payload").GetString(),
            [.. headers.Chunk(2).Select(header => (header[0], (string?)header[1]))]) with
        {
            Partition = json.GetProperty("partition").GetInt32(),
            Offset = json.GetProperty("offset").GetInt64(),
            Timestamp = json.GetProperty("ts").GetInt64(),
        };
    }

    // It has no option for it.
    private static LackingException Lacking() => new("kcat only reads, writes and lists.");

    // It gives all records of a run the same headers, in the same partition, and a key to all or none.
    private static IEnumerable<IGrouping<string, ForeignRecord>> Runs(IReadOnlyList<ForeignRecord> records) =>
        records.GroupBy(record => string.Join('\n', [$"{record.Partition} {record.Key is null}", .. record.Headers.Select(TextOf)]));

    private ForeignProgram StartProducer(string topic, ForeignRecord first, string[] options)
    {
        string[] key = first.Key is null ? [] : ["-K|"];
        string[] partition = first.Partition is { } number ? ["-p", Text(number)] : [];
        string[] headers = [.. first.Headers.SelectMany(header => (string[])["-H", TextOf(header)])];
        return ForeignProgram.Start(
            "kcat",
            ["-b", Servers, "-P", "-t", topic, "-Z", "-X", "partitioner=murmur2_random", "-X", "acks=all", .. key, .. partition, .. headers, .. options]);
    }

    private static async Task WriteAsync(ForeignProgram kcat, IEnumerable<ForeignRecord> records)
    {
        foreach (ForeignRecord record in records)
        {
            await kcat.WriteLineAsync(LineOf(record));
        }
    }

    private static string LineOf(ForeignRecord record) => record.Key is { } key ? $"{Encoding.UTF8.GetString(key)}|{record.Text}" : record.Text ?? "";

    private async Task WhenWrittenAsync(string topic, ForeignRecord record)
    {
        while (!(await RunAsync("-X", "isolation.level=read_uncommitted", "-C", "-t", topic, "-o", "beginning", "-e", "-q"))
            .Split('\n').Contains(record.Text))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task<List<ForeignRecord>> ConsumeAsync(int count, string[] what)
    {
        string output = await RunAsync(["-c", Text(count), "-q", "-J", .. what]);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read)];
    }

    private async Task<IEnumerable<JsonElement>> ListAsync(params string[] what) =>
        JsonElement.Parse(await RunAsync(["-L", "-J", .. what])).GetProperty("topics").EnumerateArray();

    private async Task<string> RunAsync(params string[] arguments)
    {
        await using ForeignProgram kcat = ForeignProgram.Start("kcat", ["-b", Servers, .. arguments]);
        return await kcat.EndAsync();
    }

    private static string TextOf(ForeignHeader header) => $"{header.Name}={Encoding.UTF8.GetString(header.Value!)}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
