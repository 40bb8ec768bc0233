using System.Buffers;
using System.Text.Json;
using Ganglion.AspNetCore.Problems;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Records;

/// <summary>Some records of one partition, and where the next are.</summary>
internal sealed class RecordPage(TopicPartition partition, long nextOffset, long highWatermark)
{
    private readonly List<ConsumedRecord> _records = [];
    private CorruptLogException? _damage;

    public int Count => _records.Count;

    /// <summary>What the keys and values of the records take.</summary>
    public long Bytes { get; private set; }

    public long NextOffset { get; private set; } = nextOffset;

    public long HighWatermark { get; private set; } = highWatermark;

    /// <summary>Takes records, until there are as many as the page may have.</summary>
    public void Add(ConsumedBatch batch, int limit)
    {
        HighWatermark = batch.HighWatermark;
        foreach (ConsumedRecord record in batch.Records)
        {
            if (_records.Count == limit)
            {
                return;
            }

            _records.Add(record);
            Bytes += (record.Record.Key?.Length ?? 0) + (record.Record.Value?.Length ?? 0);
            NextOffset = record.Offset + 1;
        }

        NextOffset = batch.NextOffset;
    }

    /// <summary>Takes note that what follows cannot be read. The next page begins behind it.</summary>
    public void Add(CorruptLogException damage)
    {
        _damage = damage;
        NextOffset = damage.NextOffset;
    }

    public void WriteTo(IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, RecordJson.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("topic"u8, partition.Topic);
        writer.WriteNumber("partition"u8, partition.Partition);
        writer.WriteNumber("nextOffset"u8, NextOffset);
        writer.WriteNumber("highWatermark"u8, HighWatermark);
        writer.WriteStartArray("records"u8);
        foreach (ConsumedRecord record in _records)
        {
            RecordJson.Write(writer, partition, record);
        }

        writer.WriteEndArray();
        if (_damage is not null)
        {
            writer.WritePropertyName("problem"u8);
            JsonSerializer.Serialize(writer, Problem.Of(_damage), ApiJson.Wire.Problem);
        }

        writer.WriteEndObject();
    }
}
