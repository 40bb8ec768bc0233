using System.Text;
using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed class HttpEventsTests
{
    private static readonly CloudEvent Full = new()
    {
        Id = "e-1",
        Source = "/shops/7",
        Type = "invoice.created",
        Time = new DateTimeOffset(2026, 11, 21, 9, 30, 0, TimeSpan.Zero),
        Subject = "Rechnung \"12\" für 100 % 株",
        DataContentType = "application/json; version=2.1",
        CorrelationId = "c-1",
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        Extensions = new Dictionary<string, string> { ["sequence"] = "0007" },
        Data = """{"invoice_id":"INV-1001"}"""u8.ToArray(),
    };

    [Fact]
    public void In_binary_mode_attributes_are_headers_and_the_data_is_the_body()
    {
        HttpEventMessage message = HttpEvents.Write(Full);

        message.Headers.ShouldBe(
            [
                new("ce-specversion", "1.0"),
                new("ce-id", "e-1"),
                new("ce-source", "/shops/7"),
                new("ce-type", "invoice.created"),
                new("ce-time", "2026-11-21T09:30:00.0000000Z"),
                new("ce-subject", "Rechnung%20%2212%22%20f%C3%BCr%20100%20%25%20%E6%A0%AA"),
                new("content-type", "application/json; version=2.1"),
                new("ce-correlationid", "c-1"),
                new("ce-traceparent", Full.TraceParent!),
                new("ce-sequence", "0007"),
            ],
            ignoreOrder: true);
        message.Body.ShouldBe(Full.Data!.Value);
        Read(message).ShouldBe([Full]);
    }

    [Fact]
    public void In_structured_mode_the_body_is_the_event()
    {
        HttpEventMessage message = HttpEvents.WriteStructured(Full);

        message.Headers.ShouldBe([new("content-type", "application/cloudevents+json; charset=UTF-8")]);
        Read(message).ShouldBe([Full]);
    }

    [Fact]
    public void In_batched_mode_the_body_is_many_events()
    {
        HttpEventMessage message = HttpEvents.WriteBatch([Full, Full with { Id = "e-2", Data = null }]);

        message.Headers.ShouldBe([new("content-type", "application/cloudevents-batch+json; charset=UTF-8")]);
        Read(message).ShouldBe([Full, Full with { Id = "e-2", Data = null }]);
    }

    [Fact]
    public void A_batch_may_be_empty() => Read(HttpEvents.WriteBatch([])).ShouldBeEmpty();

    [Fact]
    public void An_event_without_data_has_neither_body_nor_content_type()
    {
        HttpEventMessage message = HttpEvents.Write(Full with { Data = null });

        message.Body.IsEmpty.ShouldBeTrue();
        message.Headers.ShouldNotContain(header => header.Key == "content-type");
        Read(message).Single().Data.ShouldBeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    public void A_body_without_attributes_is_just_a_body(string? contentType) =>
        HttpEvents.TryRead(contentType is null ? [] : [new("Content-Type", contentType)], "{}"u8.ToArray(), out _).ShouldBeFalse();

    [Theory]
    [InlineData("a%20b", "a b")]
    [InlineData("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀")]
    [InlineData("%e2%82%ac", "€")]
    [InlineData("not%41needed", "notAneeded")]
    [InlineData("100%", "100%")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("plain ü", "plain ü")]
    [InlineData("\"quoted \\\"text\\\" %20\"", "quoted \"text\"  ")]
    public void Header_values_are_decoded_as_the_binding_says(string header, string subject) =>
        Read(Minimal(("CE-Subject", header))).Single().Subject.ShouldBe(subject);

    [Theory]
    [InlineData("ce-subject", "%C3%28")]
    [InlineData("ce-subject", "%00")]
    [InlineData("ce-subject", "")]
    [InlineData("ce-time", "soon")]
    [InlineData("ce-specversion", "2.0")]
    [InlineData("ce-my_extension", "x")]
    [InlineData("ce-straße", "x")]
    public void A_malformed_header_is_an_error_that_names_it(string header, string value) =>
        Should.Throw<EventFormatException>(() => Read(Minimal((header, value)))).Header.ShouldBe(header);

    [Fact]
    public void A_missing_header_is_an_error_that_names_it() =>
        Should.Throw<EventFormatException>(
            () => HttpEvents.TryRead([new("ce-specversion", "1.0"), new("ce-id", "1"), new("ce-type", "t")], default, out _))
            .Header.ShouldBe("ce-source");

    [Theory]
    [InlineData("[1]", "[1]")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/s","type":"t","time":"soon"}""", "[1].time")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/s"}""", "[1].type")]
    [InlineData("""{"specversion":"1.0","id":""", "[1].id")]
    public void A_malformed_event_of_a_batch_is_named_with_its_place(string second, string place)
    {
        string batch = $$"""[{"specversion":"1.0","id":"1","source":"/s","type":"t"}, {{second}}]""";

        Should.Throw<EventFormatException>(() => ReadBatch(batch)).Header.ShouldBe(place);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[] []")]
    [InlineData("[")]
    [InlineData("")]
    public void A_batch_that_is_no_array_is_an_error(string batch) =>
        Should.Throw<EventFormatException>(() => ReadBatch(batch)).Header.ShouldBe("$");

    [Fact]
    public void A_format_that_is_not_JSON_is_an_error() =>
        Should.Throw<EventFormatException>(
            () => HttpEvents.TryRead([new("content-type", "application/cloudevents+avro")], default, out _)).Header.ShouldBe("content-type");

    private static IReadOnlyList<CloudEvent> ReadBatch(string batch)
    {
        HttpEvents.TryRead(
            [new("content-type", "application/cloudevents-batch+json")], Encoding.UTF8.GetBytes(batch), out IReadOnlyList<CloudEvent>? events)
            .ShouldBeTrue();
        return events!;
    }

    private static HttpEventMessage Minimal((string Name, string Value) another) => new(
        [
            new("ce-specversion", "1.0"),
            new("ce-id", "1"),
            new("ce-source", "/s"),
            new("ce-type", "t"),
            new(another.Name, another.Value),
        ],
        default);

    private static IReadOnlyList<CloudEvent> Read(HttpEventMessage message)
    {
        HttpEvents.TryRead(message.Headers, message.Body, out IReadOnlyList<CloudEvent>? events).ShouldBeTrue();
        return events!;
    }
}
