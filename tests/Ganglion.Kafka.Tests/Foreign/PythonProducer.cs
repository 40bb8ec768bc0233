using System.Text.Json;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>A producer of Python's that writes to one topic, one batch after the other.</summary>
internal sealed class PythonProducer(string script, string servers, string topic, string? compression = null) : IAsyncDisposable
{
    private readonly ForeignProgram _program = ForeignProgram.StartPython(
        $"Foreign/{script}", [servers, "produce", topic, .. compression is null ? (string[])[] : [compression]]);

    /// <summary>Writes records together.</summary>
    /// <returns>The partition and the offset of each.</returns>
    public async Task<List<(int Partition, long Offset)>> ProduceAsync(params IReadOnlyList<ForeignRecord> records)
    {
        await _program.WriteLineAsync(JsonSerializer.Serialize(records));
        long[][] places = JsonSerializer.Deserialize<long[][]>(await _program.ReadLineAsync())!;
        return [.. places.Select(place => ((int)place[0], place[1]))];
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
