using System.Text;
using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed class BareEventTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Bare_JSON_is_an_event_whose_type_is_its_topic()
    {
        CloudEvent bare = Decode("""{"invoice_id":"INV-1001","amount":250.0,"status":"CREATED"}"""u8);

        bare.Type.ShouldBe("invoice.created");
        bare.Source.ShouldBe("/topics/invoice.created");
        bare.Id.ShouldBe("invoice.created-3@42");
        bare.Time.ShouldBe(Noon);
        bare.DataContentType.ShouldBe("application/json");
        Encoding.UTF8.GetString(bare.Data!.Value.Span).ShouldStartWith("{\"invoice_id\"");
    }

    [Theory]
    [InlineData("{\"a\":1}", "application/json")]
    [InlineData("  [1, 2]", "application/json")]
    [InlineData("{\"broken\":", "application/json")]
    [InlineData("\"text\"", "application/json")]
    [InlineData("-12.5e3", "application/json")]
    [InlineData("true", "application/json")]
    [InlineData("null", "application/json")]
    [InlineData("true story", "text/plain; charset=utf-8")]
    [InlineData("12 monkeys", "text/plain; charset=utf-8")]
    [InlineData("\"said\" he", "text/plain; charset=utf-8")]
    [InlineData("hello, wörld", "text/plain; charset=utf-8")]
    [InlineData("", "text/plain; charset=utf-8")]
    [InlineData("   ", "text/plain; charset=utf-8")]
    public void What_bare_data_looks_like_tells_its_content_type(string data, string contentType) =>
        Decode(Encoding.UTF8.GetBytes(data)).DataContentType.ShouldBe(contentType);

    [Fact]
    public void Bare_bytes_are_opaque_data()
    {
        CloudEvent bare = Decode([0x00, 0xFF, 0xFE]);

        bare.DataContentType.ShouldBe("application/octet-stream");
        bare.Data!.Value.ToArray().ShouldBe([0x00, 0xFF, 0xFE]);
    }

    [Fact]
    public void Huge_nesting_in_bare_data_is_not_looked_into() =>
        Decode(Encoding.UTF8.GetBytes(new string('[', 1_000_000))).DataContentType.ShouldBe("application/json");

    [Fact]
    public void A_byte_order_mark_before_JSON_is_dropped() =>
        Decode([0xEF, 0xBB, 0xBF, .. "{}"u8]).Data!.Value.ToArray().ShouldBe("{}"u8.ToArray());

    [Fact]
    public void A_content_type_that_the_producer_gave_is_kept() =>
        Decode("a,b"u8, new RecordHeader("Content-Type", "text/csv")).DataContentType.ShouldBe("text/csv");

    [Fact]
    public void A_bare_tombstone_is_an_event_without_data() =>
        EventCodec.Decode(new Record("k"u8.ToArray(), null), "t", 0, 7).Data.ShouldBeNull();

    [Fact]
    public void No_header_of_a_bare_record_is_an_error() =>
        Decode(
            "x"u8,
            new RecordHeader("content-type", new byte[] { 0xFF }),
            new RecordHeader("traceparent", new byte[] { 0xFF }),
            new RecordHeader("ce_id", new byte[] { 0xFF }),
            new RecordHeader("ce_!", (ReadOnlyMemory<byte>?)null)).Type.ShouldBe("invoice.created");

    [Fact]
    public void The_hop_of_a_bare_record_is_the_origin_of_its_trace() =>
        Decode("x"u8, new RecordHeader("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
            .TraceParent.ShouldBe("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    private static CloudEvent Decode(ReadOnlySpan<byte> value, params ReadOnlySpan<RecordHeader> headers) =>
        EventCodec.Decode(new Record(null, value.ToArray(), RecordHeaders.Create(headers), Noon), "invoice.created", 3, 42);
}
