using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;

namespace InvoiceApproval.Input;

/// <summary>
/// Publishes the lines of an input as they are, broken ones too: what they are worth is for the agent to say. A restart goes on
/// behind the last line that is on the log.
/// </summary>
internal sealed class InvoicePublisher(IEventBroker broker, TimeProvider time)
{
    private const int BatchLines = 250;
    private const int LongestLine = 900 * 1024;

    public async Task PublishAsync(InvoiceInput input, CancellationToken cancellationToken)
    {
        long published = await CountPublishedAsync(input, cancellationToken);
        await using IEventProducer producer = await broker.CreateProducerAsync(new ProducerOptions { ClientId = "invoice-input" }, cancellationToken);
        using var hash = new InputHash();
        var batch = new List<ProducerRecord>();
        long number = 0;
        await foreach (string line in input.ReadAsync(cancellationToken))
        {
            number++;
            hash.Add(line);
            if (number <= published || string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            batch.Add(ToRecord(input.Name, number, line, hash));

            // A person who types, or a pipe that trickles, is not to wait for a batch.
            if (batch.Count == BatchLines || !input.IsRepeatable)
            {
                await CommitAsync();
            }
        }

        if (batch.Count > 0)
        {
            await CommitAsync();
        }

        async Task CommitAsync()
        {
            if (input.IsRepeatable)
            {
                batch.Add(new InputPosition(input.Name, number, hash.ToString()).ToRecord());
            }

            await producer.CommitAsync(new AtomicCommit { Records = batch }, cancellationToken);
            batch = [];
        }
    }

    private async Task<long> CountPublishedAsync(InvoiceInput input, CancellationToken cancellationToken)
    {
        if (!input.IsRepeatable || await InputPosition.FindAsync(broker, input.Name, cancellationToken) is not { } position)
        {
            return 0;
        }

        using var hash = new InputHash();
        long lines = 0;
        await foreach (string line in input.ReadAsync(cancellationToken))
        {
            hash.Add(line);
            if (++lines == position.Lines)
            {
                break;
            }
        }

        return hash.ToString() == position.Hash ? lines : 0;
    }

    private ProducerRecord ToRecord(string input, long number, string line, InputHash hash)
    {
        byte[] data = Encoding.UTF8.GetBytes(line);
        if (data.Length > LongestLine)
        {
            return TooLong(input, number, data);
        }

        // The hash makes the id that of this line in this file: another file of the same name has other events.
        var created = new CloudEvent
        {
            Id = $"{hash.ToString()[..8]}-{number}",
            Source = $"/inputs/{Uri.EscapeDataString(input)}",
            Type = Channels.Created,
            Time = time.GetUtcNow(),
            DataContentType = "application/json",
            Data = data,
        };
        return new ProducerRecord(Channels.Created, EventCodec.Encode(created, InvoiceLine.KeyOf(data)));
    }

    private static ProducerRecord TooLong(string input, long number, byte[] data) => new(
        Channels.Parked,
        new Record(null, data.AsMemory(0, 1024), RecordHeaders.Create(
            new RecordHeader("__dlq.errors.topic", Channels.Created),
            new RecordHeader("__dlq.errors.message", $"Line {number} of {input} has {data.Length:N0} bytes; {LongestLine:N0} are allowed. This is its beginning."))));
}
