using Ganglion.AspNetCore.Records;
using Ganglion.Brokers;
using Microsoft.AspNetCore.Http;

namespace Ganglion.AspNetCore.Requests;

internal sealed partial class ApiRequest
{
    /// <summary>Appends records, all or none, and answers where they lie.</summary>
    public async Task AppendAsync(IReadOnlyList<ProducerRecord> records)
    {
        IEventProducer producer = await Api.GetProducerAsync(Aborted).ConfigureAwait(false);
        IReadOnlyList<TopicPartitionOffset> positions = records.Count == 1
            ? [await producer.AppendAsync(records[0], Aborted).ConfigureAwait(false)]
            : await producer.CommitAsync(new AtomicCommit { Records = records }, Aborted).ConfigureAwait(false);

        var result = new AppendResult([.. positions.Select(p => new PositionView(p.Partition.Topic, p.Partition.Partition, p.Offset))]);
        await WriteJsonAsync(result, ApiJson.Wire.AppendResult, StatusCodes.Status201Created).ConfigureAwait(false);
    }
}
