using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>kcat, which reads and writes text.</summary>
public sealed class KcatClient(string servers) : ForeignClient(servers)
{
    public override async Task ProduceAsync(string topic, params IReadOnlyList<ForeignRecord> records)
    {
        // It gives all records of a run the same headers.
        foreach (IGrouping<string, ForeignRecord> run in records.GroupBy(record => string.Join('\n', record.Headers.Select(TextOf))))
        {
            string[] headers = [.. run.First().Headers.SelectMany(header => (string[])["-H", TextOf(header)])];
            await using var kcat = ForeignProgram.Start(
                "kcat", ["-b", Servers, "-P", "-t", topic, "-K|", "-X", "partitioner=murmur2_random", "-X", "acks=all", .. headers]);
            foreach (ForeignRecord record in run)
            {
                await kcat.WriteLineAsync($"{Encoding.UTF8.GetString(record.Key!)}|{record.Text}");
            }

            await kcat.EndAsync();
        }
    }

    public override async Task<List<ForeignRecord>> ConsumeAsync(string topic, int count, string? group = null)
    {
        string[] what = group is null
            ? ["-C", "-t", topic, "-o", "beginning", "-c", Text(count), "-q", "-J"]
            : ["-X", "auto.offset.reset=earliest", "-c", Text(count), "-q", "-J", "-G", group, topic];
        await using var kcat = ForeignProgram.Start("kcat", ["-b", Servers, .. what]);
        string output = await kcat.EndAsync();
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read)];
    }

    private static ForeignRecord Read(string line)
    {
        JsonElement json = JsonElement.Parse(line);
        string[] headers = json.TryGetProperty("headers", out JsonElement list) ? [.. list.EnumerateArray().Select(text => text.GetString()!)] : [];
        return ForeignRecord.Of(
            json.GetProperty("key").GetString(),
            json.GetProperty("payload").GetString(),
            [.. headers.Chunk(2).Select(header => (header[0], (string?)header[1]))]);
    }

    private static string TextOf(ForeignHeader header) => $"{header.Name}={Encoding.UTF8.GetString(header.Value!)}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
