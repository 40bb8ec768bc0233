using Ganglion.Events;

namespace Ganglion.Tests.Events;

/// <summary>Events as AutoGen's runtimes describe them, in both modes.</summary>
public sealed class AutoGenMessageTests
{
    [Fact]
    public void A_message_is_read_in_binary_mode()
    {
        CloudEvent read = Decode(
            """{"text":"Hi."}""",
            ("ce_specversion", "1.0"), ("ce_id", "m-1"), ("ce_type", "reviews"), ("ce_source", "session-7"), ("content-type", "application/json"),
            ("ce_dataschema", "TextMessage"), ("ce_agmsgkind", "publish"), ("ce_agagentsendertype", "writer"), ("ce_agagentsenderkey", "w/1 ü"),
            ("ce_agfuture", "kept"));

        AutoGenMessage message = AutoGenMessage.Read(read).ShouldNotBeNull();
        message.Kind.ShouldBe(AutoGenMessageKind.Publish);
        (message.TopicType, message.TopicSource, message.DataType).ShouldBe(("reviews", "session-7", "TextMessage"));
        (message.SenderType, message.SenderKey).ShouldBe(("writer", "w/1 ü"));
        (message.RequestId, message.Requester).ShouldBe((null, null));
        read.Extensions["agfuture"].ShouldBe("kept");
        Decode(EventCodec.Encode(read)).ShouldBe(read);
    }

    [Fact]
    public void A_message_is_read_in_structured_mode()
    {
        CloudEvent read = Decode(
            """
            {"specversion":"1.0","id":"m-1","type":"reviews","source":"session-7","subject":"session-7","time":"2026-04-06T15:35:32.123456+00:00",
             "datacontenttype":"application/json","dataschema":"TextMessage","data_base64":"eyJ0ZXh0IjoiSGkuIn0=",
             "agmsgkind":"publish","agagentsendertype":"writer","agagentsenderkey":null}
            """,
            ("content-type", "application/cloudevents+json"));

        AutoGenMessage message = AutoGenMessage.Read(read).ShouldNotBeNull();
        (message.Kind, message.TopicSource, message.SenderType).ShouldBe((AutoGenMessageKind.Publish, "session-7", null));
        read.Data!.Value.ToArray().ShouldBe("""{"text":"Hi."}"""u8.ToArray());
        Decode(EventCodec.EncodeStructured(read)).ShouldBe(read);
    }

    [Theory]
    [InlineData("publish", "reviews", AutoGenMessageKind.Publish, null, null)]
    [InlineData("rpc_request", "writer:rpc_request=editor", AutoGenMessageKind.Request, "m-1", "editor")]
    [InlineData("rpc_request", "writer:", AutoGenMessageKind.Request, "m-1", null)]
    [InlineData("rpc_response", "editor:rpc_response=r=1", AutoGenMessageKind.Response, "r=1", null)]
    [InlineData("rpc_response", "reviews", AutoGenMessageKind.Response, null, null)]
    [InlineData("error", "editor:error=r-1", AutoGenMessageKind.Error, "r-1", null)]
    [InlineData("", "editor:rpc_response=r-1", AutoGenMessageKind.Response, "r-1", null)]
    [InlineData("of tomorrow", "reviews", AutoGenMessageKind.Publish, null, null)]
    [InlineData("of tomorrow", "editor:error=", AutoGenMessageKind.Error, null, null)]
    public void The_kind_is_what_it_says_or_what_its_topic_says(
        string kind, string type, AutoGenMessageKind expected, string? request, string? requester)
    {
        AutoGenMessage message = AutoGenMessage.Read(EventOf(type, ("agmsgkind", kind))).ShouldNotBeNull();

        (message.Kind, message.RequestId, message.Requester).ShouldBe((expected, request, requester));
    }

    [Theory]
    [InlineData("unknown", "unknown", null, null)]
    [InlineData("writer", "unknown", "writer", "unknown")]
    public void What_AutoGen_for_Python_calls_unknown_is_no_sender(string type, string key, string? senderType, string? senderKey)
    {
        AutoGenMessage message = AutoGenMessage.Read(EventOf("reviews", ("agagentsendertype", type), ("agagentsenderkey", key))).ShouldNotBeNull();

        (message.SenderType, message.SenderKey).ShouldBe((senderType, senderKey));
    }

    [Fact]
    public void Other_events_are_none()
    {
        AutoGenMessage.Read(EventOf("editor:rpc_response=r-1")).ShouldBeNull();
        AutoGenMessage.Read(EventOf("reviews", ("sender", "writer/1"))).ShouldBeNull();
    }

    private static CloudEvent EventOf(string type, params (string Name, string Value)[] extensions) => new()
    {
        Id = "m-1",
        Source = "session-7",
        Type = type,
        Extensions = extensions.ToDictionary(extension => extension.Name, extension => extension.Value),
    };

    private static CloudEvent Decode(string value, params (string Name, string Value)[] headers) => Decode(new Record(
        null,
        System.Text.Encoding.UTF8.GetBytes(value),
        RecordHeaders.Create([.. headers.Select(header => new RecordHeader(header.Name, header.Value))])));

    private static CloudEvent Decode(in Record record) => EventCodec.Decode(record, "reviews", 0, 0);
}
