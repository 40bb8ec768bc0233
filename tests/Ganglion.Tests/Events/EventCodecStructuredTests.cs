using System.Text;
using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed class EventCodecStructuredTests
{
    [Theory]
    [InlineData("application/cloudevents+json")]
    [InlineData("application/cloudevents+json; charset=UTF-8")]
    [InlineData("Application/CloudEvents+JSON")]
    public void The_content_type_tells_a_structured_event(string contentType)
    {
        CloudEvent read = Decode(
            """
            {"specversion":"1.0","id":"1","source":"/s","type":"t","time":"2026-11-21T12:00:00+01:00",
             "subject":"\u00fc","correlationid":"c","attempt":3,"urgent":true,"gone":null,"data":{"a":[1,2]}}
            """,
            contentType);

        read.ShouldBe(new CloudEvent
        {
            Id = "1",
            Source = "/s",
            Type = "t",
            Time = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.FromHours(1)),
            Subject = "ü",
            CorrelationId = "c",
            Extensions = new Dictionary<string, string> { ["attempt"] = "3", ["urgent"] = "true" },
            DataContentType = "application/json",
            Data = """{"a":[1,2]}"""u8.ToArray(),
        });
    }

    [Theory]
    [InlineData("""{"datacontenttype":"text/plain","data":"a\tb"}""", "a\tb")]
    [InlineData("""{"data":"a\tb"}""", "\"a\\tb\"")]
    [InlineData("""{"data":"a","datacontenttype":"application/vnd.x+json"}""", "\"a\"")]
    [InlineData("""{"data_base64":"aGVsbG8=","datacontenttype":"application/octet-stream"}""", "hello")]
    public void The_content_type_of_the_data_tells_how_it_is_written(string members, string data) =>
        Encoding.UTF8.GetString(Decode(Envelope + "," + members[1..]).Data!.Value.Span).ShouldBe(data);

    [Theory]
    [InlineData("")]
    [InlineData(""","data":null""")]
    [InlineData(""","data_base64":null""")]
    public void Data_may_be_missing(string member) => Decode(Envelope + member + "}").Data.ShouldBeNull();

    [Theory]
    [InlineData("specversion", """{"specversion":"0.3","id":"1","source":"/s","type":"t"}""")]
    [InlineData("specversion", """{"id":"1","source":"/s","type":"t"}""")]
    [InlineData("id", """{"specversion":"1.0","source":"/s","type":"t"}""")]
    [InlineData("id", """{"specversion":"1.0","id":1,"source":"/s","type":"t"}""")]
    [InlineData("id", """{"specversion":"1.0","id":"\ud800","source":"/s","type":"t"}""")]
    [InlineData("$", """{"specversion":"1.0","id":"1","source":"/s","type":"t","\ud800":"x"}""")]
    [InlineData("id", """{"specversion":"1.0","id":null,"source":"/s","type":"t"}""")]
    [InlineData("time", """{"specversion":"1.0","id":"1","source":"/s","type":"t","time":"soon"}""")]
    [InlineData("Other", """{"specversion":"1.0","id":"1","source":"/s","type":"t","Other":"x"}""")]
    [InlineData("other", """{"specversion":"1.0","id":"1","source":"/s","type":"t","other":{}}""")]
    [InlineData("data_base64", """{"specversion":"1.0","id":"1","source":"/s","type":"t","data":1,"data_base64":"aGVsbG8="}""")]
    [InlineData("data_base64", """{"specversion":"1.0","id":"1","source":"/s","type":"t","data_base64":"%%"}""")]
    [InlineData("data", """{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"a":""")]
    [InlineData("data", """{"specversion":"1.0","id":"1","source":"/s","type":"t","data":"\ud800","datacontenttype":"text/plain"}""")]
    [InlineData("$", """{"specversion":"1.0","id":"1","source":"/s","type":"t"} trailing""")]
    [InlineData("$", "[]")]
    [InlineData("$", "42")]
    [InlineData("$", "")]
    [InlineData("$", "not JSON")]
    public void A_malformed_structured_event_is_an_error_that_names_the_member(string member, string json) =>
        Should.Throw<EventFormatException>(() => Decode(json)).Header.ShouldBe(member);

    [Fact]
    public void Nesting_deeper_than_64_is_an_error()
    {
        string deep = Envelope + ",\"data\":" + new string('[', 100_000) + new string(']', 100_000) + "}";

        Should.Throw<EventFormatException>(() => Decode(deep)).Header.ShouldBe("data");
    }

    [Fact]
    public void A_structured_event_without_a_value_is_an_error() =>
        Should.Throw<EventFormatException>(
            () => EventCodec.Decode(
                new Record(null, null, RecordHeaders.Create(new RecordHeader("content-type", "application/cloudevents+json"))), "t", 0, 0));

    [Theory]
    [InlineData("application/json", """{"a": [1, 2]}""")]
    [InlineData("application/json", "{\"broken\":")]
    [InlineData("application/json", "null")]
    [InlineData("application/json", "")]
    [InlineData("application/vnd.invoice+json; version=2", "\"text\"")]
    [InlineData("text/plain", "line\nline \u0000 <ü>")]
    [InlineData("text/plain; charset=iso-8859-1", "caf\u00e9")]
    [InlineData("image/png", "\u0089PNG")]
    public void A_structured_event_reads_back_as_it_was_written(string contentType, string data)
    {
        var written = new CloudEvent
        {
            Id = "1",
            Source = "/s",
            Type = "t",
            DataContentType = contentType,
            Data = Encoding.Latin1.GetBytes(data),
            Extensions = new Dictionary<string, string> { ["sequence"] = "0007" },
        };

        Record record = EventCodec.EncodeStructured(written);

        record.Headers.Single().Text.ShouldBe("application/cloudevents+json; charset=UTF-8");
        EventCodec.Decode(record, "topic", 0, 0).ShouldBe(written);
    }

    [Fact]
    public void White_space_around_data_that_is_JSON_is_not_kept()
    {
        var written = new CloudEvent { Id = "1", Source = "/s", Type = "t", Data = " { \"a\": 1 }\n"u8.ToArray() };

        CloudEvent read = EventCodec.Decode(EventCodec.EncodeStructured(written), "topic", 0, 0);

        read.Data!.Value.ToArray().ShouldBe("{ \"a\": 1 }"u8.ToArray());
    }

    [Fact]
    public void Data_too_deep_to_be_read_as_JSON_is_written_in_Base64()
    {
        string deep = new string('[', 64) + new string(']', 64);
        var written = new CloudEvent
        {
            Id = "1",
            Source = "/s",
            Type = "t",
            DataContentType = "application/json",
            Data = Encoding.UTF8.GetBytes(deep),
        };

        EventCodec.Decode(EventCodec.EncodeStructured(written), "topic", 0, 0).ShouldBe(written);
    }

    private const string Envelope = """{"specversion":"1.0","id":"1","source":"/s","type":"t" """;

    private static CloudEvent Decode(string json, string contentType = "application/cloudevents+json") =>
        EventCodec.Decode(
            new Record(null, Encoding.UTF8.GetBytes(json), RecordHeaders.Create(new RecordHeader("content-type", contentType))),
            "topic",
            0,
            0);
}
