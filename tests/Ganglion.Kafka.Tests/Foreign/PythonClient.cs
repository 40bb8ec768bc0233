using System.Globalization;
using System.Text.Json;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>A library of Python's, used by a script beside the tests.</summary>
public sealed class PythonClient(string script, string servers) : ForeignClient(servers)
{
    public const string KafkaPython = "kafka_python.py";
    public const string Confluent = "confluent.py";

    public override async Task ProduceAsync(string topic, params IReadOnlyList<ForeignRecord> records)
    {
        await using var producer = new PythonProducer(script, Servers, topic);
        await producer.ProduceAsync(records);
    }

    public override async Task<List<ForeignRecord>> ConsumeAsync(string topic, int count, string? group = null)
    {
        string[] arguments = [Servers, "consume", topic, count.ToString(CultureInfo.InvariantCulture), .. group is null ? (string[])[] : [group]];
        await using var consumer = ForeignProgram.StartPython($"Foreign/{script}", arguments);
        string output = await consumer.EndAsync();
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<ForeignRecord>(line)!)];
    }
}
