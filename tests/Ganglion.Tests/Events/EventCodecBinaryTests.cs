using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed class EventCodecBinaryTests
{
    private static readonly CloudEvent Full = new()
    {
        Id = "e-1",
        Source = "/shops/7",
        Type = "invoice.created",
        Time = new DateTimeOffset(2026, 11, 21, 9, 30, 0, 125, TimeSpan.Zero),
        Subject = "INV-1001",
        DataContentType = "application/json; version=2.1",
        DataSchema = "https://example.com/invoice.json",
        CorrelationId = "c-1",
        CausationId = "e-0",
        PartitionKey = "INV-1001",
        SessionId = "s-1",
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        TraceState = "vendor=1",
        Extensions = new Dictionary<string, string> { ["agentversion"] = "3", ["sequence"] = "00000042" },
        Data = """{"invoice_id":"INV-1001"}"""u8.ToArray(),
    };

    [Fact]
    public void Every_attribute_is_a_header_and_the_data_is_the_value()
    {
        Record record = EventCodec.Encode(Full);

        record.Headers.Select(header => (header.Name, header.Text)).ShouldBe(
            [
                ("ce_specversion", "1.0"),
                ("ce_id", "e-1"),
                ("ce_source", "/shops/7"),
                ("ce_type", "invoice.created"),
                ("ce_time", "2026-11-21T09:30:00.1250000Z"),
                ("ce_subject", "INV-1001"),
                ("content-type", "application/json; version=2.1"),
                ("ce_dataschema", "https://example.com/invoice.json"),
                ("ce_correlationid", "c-1"),
                ("ce_causationid", "e-0"),
                ("ce_partitionkey", "INV-1001"),
                ("ce_sessionid", "s-1"),
                ("ce_traceparent", Full.TraceParent),
                ("ce_tracestate", "vendor=1"),
                ("ce_agentversion", "3"),
                ("ce_sequence", "00000042"),
                ("traceparent", Full.TraceParent),
                ("tracestate", "vendor=1"),
            ],
            ignoreOrder: true);
        record.Value.ShouldBe(Full.Data);
        record.Timestamp.ShouldBe(Full.Time!.Value);
    }

    [Fact]
    public void An_event_reads_back_as_it_was_written() => Decode(EventCodec.Encode(Full)).ShouldBe(Full);

    [Fact]
    public void The_partition_key_is_the_key_of_the_record() =>
        EventCodec.Encode(Full, "other"u8.ToArray()).Key!.Value.ToArray().ShouldBe("INV-1001"u8.ToArray());

    [Fact]
    public void Without_a_partition_key_the_producer_gives_the_key() =>
        EventCodec.Encode(Full with { PartitionKey = null }, "other"u8.ToArray()).Key!.Value.ToArray().ShouldBe("other"u8.ToArray());

    [Fact]
    public void An_event_without_data_is_a_tombstone()
    {
        Record record = EventCodec.Encode(Full with { Data = null });

        record.Value.ShouldBeNull();
        Decode(record).Data.ShouldBeNull();
    }

    [Fact]
    public void Empty_data_is_not_the_same_as_none() =>
        Decode(EventCodec.Encode(Full with { Data = ReadOnlyMemory<byte>.Empty })).Data!.Value.Length.ShouldBe(0);

    [Fact]
    public void The_hop_of_the_trace_changes_and_its_origin_does_not()
    {
        var hop = new TraceContext("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01", "vendor=2");

        Record record = EventCodec.Encode(Full, hop: hop);

        TraceContext.Read(record.Headers).ShouldBe(hop);
        Decode(record).TraceParent.ShouldBe(Full.TraceParent);
        Decode(record).TraceState.ShouldBe(Full.TraceState);
    }

    [Fact]
    public void Text_of_any_language_survives() =>
        Decode(EventCodec.Encode(Full with { Subject = "Rechnung für 株式会社 🎉" })).Subject.ShouldBe("Rechnung für 株式会社 🎉");

    [Fact]
    public void A_time_before_1970_leaves_the_timestamp_to_the_broker()
    {
        Record record = EventCodec.Encode(Full with { Time = DateTimeOffset.UnixEpoch.AddTicks(-1) });

        record.Timestamp.ShouldBe(default);
        Decode(record).Time.ShouldBe(DateTimeOffset.UnixEpoch.AddTicks(-1));
    }

    [Fact]
    public void Of_a_repeated_header_the_last_counts()
    {
        Record record = EventCodec.Encode(Full);

        Decode(record with { Headers = record.Headers.With(new RecordHeader("ce_subject", "INV-2")) }).Subject.ShouldBe("INV-2");
    }

    [Fact]
    public void A_header_without_a_value_is_an_attribute_that_is_absent()
    {
        Record record = EventCodec.Encode(Full);

        Decode(record with { Headers = record.Headers.With(new RecordHeader("ce_other", (ReadOnlyMemory<byte>?)null)) })
            .Extensions.Keys.ShouldNotContain("other");
    }

    [Fact]
    public void Headers_that_are_no_attributes_are_left_alone()
    {
        Record record = EventCodec.Encode(Full);

        Decode(record with { Headers = record.Headers.With(new RecordHeader("X-Any", new byte[] { 0xFF })) }).ShouldBe(Full);
    }

    [Fact]
    public void Many_extensions_and_long_texts_fit()
    {
        CloudEvent large = Full with
        {
            Subject = new string('é', 5_000),
            Extensions = Enumerable.Range(0, 200).ToDictionary(i => $"x{i}", i => new string('y', i)),
        };

        Decode(EventCodec.Encode(large)).ShouldBe(large);
    }

    private static CloudEvent Decode(Record record) => EventCodec.Decode(record, "topic", 0, 0);
}
