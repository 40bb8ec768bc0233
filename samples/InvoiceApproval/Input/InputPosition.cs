using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ganglion.Brokers;
using Ganglion.Events;

namespace InvoiceApproval.Input;

/// <summary>
/// How many lines of an input are on the log, and the hash of these lines, which tells a file that has grown from another of the
/// same name. It lies on the log itself and is written together with the lines, all or nothing.
/// </summary>
internal sealed partial record InputPosition(string Input, long Lines, string Hash)
{
    public const string Topic = "invoice.input";

    private static readonly TopicPartition Partition = new(Topic, 0);

    public ProducerRecord ToRecord() => new(
        Topic, new Record(Encoding.UTF8.GetBytes(Input), JsonSerializer.SerializeToUtf8Bytes(this, Json.Default.InputPosition)));

    /// <returns>The newest position of an input; <see langword="null"/> if none of its lines is on the log.</returns>
    public static async Task<InputPosition?> FindAsync(IEventBroker broker, string input, CancellationToken cancellationToken)
    {
        InputPosition? newest = null;
        long end = await broker.Topics.GetOffsetAsync(Partition, OffsetPosition.End, cancellationToken);
        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [Partition] = OffsetPosition.Earliest } }, cancellationToken);
        while (reader.GetPosition(Partition) < end)
        {
            foreach (ConsumedRecord record in (await reader.ReadAsync(cancellationToken)).Records)
            {
                InputPosition position = JsonSerializer.Deserialize(record.Record.Value!.Value.Span, Json.Default.InputPosition)!;
                newest = position.Input == input ? position : newest;
            }
        }

        return newest;
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(InputPosition))]
    private sealed partial class Json : JsonSerializerContext;
}
