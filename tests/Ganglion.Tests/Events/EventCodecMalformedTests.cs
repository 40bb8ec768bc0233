using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed class EventCodecMalformedTests
{
    [Theory]
    [InlineData("ce_specversion", "0.3")]
    [InlineData("ce_specversion", "")]
    [InlineData("ce_id", "")]
    [InlineData("ce_id", "a\u0000b")]
    [InlineData("ce_source", "")]
    [InlineData("ce_type", "")]
    [InlineData("ce_subject", "")]
    [InlineData("ce_subject", "two\nlines")]
    [InlineData("ce_subject", "c1 \u0085 control")]
    [InlineData("ce_time", "12 o'clock")]
    [InlineData("ce_time", "2026-02-30T00:00:00Z")]
    [InlineData("ce_My-Extension", "x")]
    [InlineData("ce_Id", "x")]
    [InlineData("ce_data", "x")]
    [InlineData("ce_", "x")]
    public void A_malformed_attribute_is_an_error_that_names_its_header(string header, string value)
    {
        EventFormatException error = Should.Throw<EventFormatException>(() => Decode(new RecordHeader(header, value)));

        error.Code.ShouldBe("event-malformed");
        error.Header.ShouldBe(header);
        error.Message.ShouldContain(header);
    }

    [Theory]
    [InlineData("ce_id")]
    [InlineData("ce_subject")]
    [InlineData("ce_type")]
    [InlineData("ce_traceparent")]
    [InlineData("ce_anyextension")]
    [InlineData("content-type")]
    public void Bytes_that_are_not_UTF8_are_an_error_that_names_their_header(string header) =>
        Should.Throw<EventFormatException>(() => Decode(new RecordHeader(header, new byte[] { 0x61, 0xC3, 0x28 })))
            .Header.ShouldBe(header);

    [Theory]
    [InlineData("ce_id")]
    [InlineData("ce_source")]
    [InlineData("ce_type")]
    public void A_missing_attribute_is_an_error_that_names_its_header(string missing)
    {
        RecordHeader[] others = [.. Minimal.Where(header => header.Name != missing)];

        Should.Throw<EventFormatException>(
            () => EventCodec.Decode(new Record(null, null, RecordHeaders.Create(others)), "topic", 0, 0)).Header.ShouldBe(missing);
    }

    [Fact]
    public void What_an_error_shows_of_a_value_is_short_and_printable()
    {
        string value = "\u001b[31m" + new string('x', 10_000);

        string message = Should.Throw<EventFormatException>(() => Decode(new RecordHeader("ce_time", value))).Message;

        message.Length.ShouldBeLessThan(300);
        message.ShouldNotContain('\u001b');
    }

    [Theory]
    [InlineData("application/cloudevents-batch+json")]
    [InlineData("application/cloudevents+avro")]
    public void Batches_and_unknown_formats_on_a_topic_are_errors(string contentType) =>
        Should.Throw<EventFormatException>(() => Decode(new RecordHeader("content-type", contentType))).Header.ShouldBe("content-type");

    private static RecordHeader[] Minimal =>
        [new("ce_specversion", "1.0"), new("ce_id", "1"), new("ce_source", "/s"), new("ce_type", "t")];

    private static CloudEvent Decode(RecordHeader another) =>
        EventCodec.Decode(new Record(null, "x"u8.ToArray(), RecordHeaders.Create([.. Minimal, another])), "topic", 0, 0);
}
