using System.Text;
using Ganglion.Events;

namespace Ganglion.Tests.Events;

/// <summary>Formats of data beside JSON.</summary>
public sealed class DataSerializersTests
{
    private static readonly Reading Warm = new("s-1", 21.5);

    public sealed record Reading(string Sensor, double Celsius);

    [EventVersion("2.0")]
    public sealed record Versioned(string Sensor);

    // Writes what it is told to, and reads nothing but its own name.
    private sealed class Named(string name, params string[] contentTypes) : IDataSerializer
    {
        public IReadOnlyCollection<string> ContentTypes => contentTypes;

        public Exception? Failure { get; init; }

        public object? Read(ReadOnlyMemory<byte> data, Type type, CloudEvent cloudEvent, string? channel) =>
            Failure is null ? $"{name} {cloudEvent.Type} {cloudEvent.DataContentType} {cloudEvent.DataSchema} {channel}" : throw Failure;

        public EventData Write(object data, Type type, string? channel) => new(Encoding.UTF8.GetBytes($"{name} {type.Name} {channel}"), $"application/{name}");
    }

    [Fact]
    public void What_is_sent_to_a_channel_is_written_by_its_serializer_and_everything_else_as_JSON()
    {
        EventDataSerializer data = With(new CborSerializer(), "telemetry.*");

        EventData written = data.Write(Warm, channel: "telemetry.eu");

        written.ContentType.ShouldBe("application/cbor; kind=reading");
        written.Schema.ShouldBe("urn:schemas:telemetry.eu");
        data.Write(Warm, channel: "orders").ContentType.ShouldBe("application/json");
        data.Write(Warm).ContentType.ShouldBe("application/json");
        data.Write(new byte[] { 1 }, channel: "telemetry.eu").ContentType.ShouldBe("application/octet-stream");
    }

    [Theory]
    [InlineData("a", "one")]
    [InlineData("orders.new", "two")]
    [InlineData("orders.new.eu", "three")]
    [InlineData("orders.old", "four")]
    public void Of_several_channels_that_fit_the_longest_counts_and_a_whole_name_before_all(string channel, string expected)
    {
        var data = new EventDataSerializer(new EventDataOptions()
            .AddSerializer(new Named("one", "application/one"), "*")
            .AddSerializer(new Named("two", "application/two"), "orders.*")
            .AddSerializer(new Named("three", "application/three"), "orders.new.*")
            .AddSerializer(new Named("four", "application/four"), "orders.old"));

        data.Write(Warm, channel: channel).ContentType.ShouldBe($"application/{expected}");
    }

    [Theory]
    [InlineData("application/cbor")]
    [InlineData("Application/CBOR; kind=reading")]
    public void What_is_read_is_read_by_the_serializer_of_its_content_type_wherever_it_comes_from(string contentType) =>
        With(new CborSerializer()).Read<Reading>(Event(CborSerializer.Encode(Warm), contentType)).ShouldBe(Warm);

    [Theory]
    [InlineData(null)]
    [InlineData("application/octet-stream")]
    [InlineData("text/plain; charset=utf-8")]
    public void Where_the_content_type_does_not_tell_the_channel_decides(string? contentType) =>
        With(new CborSerializer(), "telemetry").Read<Reading>(Event(CborSerializer.Encode(Warm), contentType), "telemetry").ShouldBe(Warm);

    [Fact]
    public void JSON_on_a_channel_of_another_format_is_read_as_JSON() =>
        With(new CborSerializer(), "telemetry").Read<Reading>(Event("""{"sensor":"s-1","celsius":21.5}"""u8.ToArray(), "application/json"), "telemetry").ShouldBe(Warm);

    [Fact]
    public void A_serializer_sees_the_event_and_where_it_came_from() =>
        With(new Named("n", "application/n"), "c").Read<string>(Event([1], "application/n; a=b") with { DataSchema = "urn:x" }, "c")
            .ShouldBe("n t application/n; a=b urn:x c");

    [Fact]
    public void Bytes_are_read_as_they_are_whatever_they_hold() =>
        With(new CborSerializer()).Read<byte[]>(Event([1, 2], "application/cbor")).ShouldBe([1, 2]);

    [Fact]
    public void A_reply_is_written_in_the_format_of_its_request()
    {
        EventDataSerializer data = With(new CborSerializer());

        data.WriteReply(Warm, Event([], "application/cbor; kind=reading")).ContentType.ShouldStartWith("application/cbor");
        data.WriteReply(Warm, Event([], "application/json")).ContentType.ShouldBe("application/json");
    }

    [Fact]
    public void Versions_and_upcasters_are_those_of_JSON()
    {
        EventDataOptions options = new EventDataOptions().AddSerializer(new CborSerializer(), "telemetry")
            .AddUpcaster("t", "1.0", "2.0", old => new System.Text.Json.Nodes.JsonObject { ["sensor"] = old["name"]!.DeepClone() });
        var data = new EventDataSerializer(options);

        data.Read<Versioned>(Event("""{"name":"s-1"}"""u8.ToArray(), "application/json; version=1.0"), "telemetry").ShouldBe(new Versioned("s-1"));
        data.Read<Versioned>(Event(CborSerializer.Encode(new Versioned("s-1")), "application/cbor; version=1.0")).ShouldBe(new Versioned("s-1"));
    }

    [Fact]
    public void A_content_type_that_nobody_reads_is_an_error_that_tells_which_are_read()
    {
        EventDataException error = Should.Throw<EventDataException>(() => With(new CborSerializer()).Read<Reading>(Event([1], "application/x-protobuf")));

        error.Code.ShouldBe("serializer-not-found");
        error.Message.ShouldContain("'application/x-protobuf'");
        error.Message.ShouldContain("only for application/json, application/cbor");
    }

    [Fact]
    public void Data_that_its_serializer_cannot_read_is_an_error_that_names_it()
    {
        EventDataException error = Should.Throw<EventDataException>(() => With(new CborSerializer()).Read<Reading>(Event([0xFF], "application/cbor")));

        error.Code.ShouldBe("event-data-malformed");
        error.Message.ShouldContain("'application/cbor'");
        error.Message.ShouldContain(nameof(CborSerializer));
        error.EventId.ShouldBe("e-1");
    }

    [Fact]
    public void A_serializer_that_reads_something_else_than_it_is_asked_for_is_an_error_that_names_it()
    {
        EventDataException error = Should.Throw<EventDataException>(() => With(new Named("n", "application/n")).Read<Reading>(Event([1], "application/n")));

        error.Code.ShouldBe("event-data-mismatch");
        error.Message.ShouldContain("Named has read a String");
    }

    [Theory]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(HttpRequestException))]
    [InlineData(typeof(OperationCanceledException))]
    public void A_fault_that_may_pass_is_none_of_the_data(Type failure)
    {
        var serializer = new Named("n", "application/n") { Failure = (Exception)Activator.CreateInstance(failure)! };

        Should.Throw(() => With(serializer).Read<string>(Event([1], "application/n")), failure);
    }

    [Fact]
    public void Data_that_is_missing_is_missing_in_every_format() =>
        Should.Throw<EventDataException>(() => With(new CborSerializer()).Read<Reading>(Event([], "application/cbor") with { Data = null })).Code
            .ShouldBe("event-data-missing");

    [Fact]
    public void A_serializer_that_writes_what_it_does_not_read_is_told()
    {
        EventDataSerializer data = With(new Named("n", "application/other"), "c");

        Should.Throw<InvalidOperationException>(() => data.Write(Warm, channel: "c")).Message.ShouldContain("'application/n'");
    }

    [Fact]
    public void Everything_that_is_wrong_with_serializers_is_told_at_once()
    {
        EventDataOptions options = new EventDataOptions()
            .AddSerializer(new CborSerializer(), "a", "b.*", "c*d", "")
            .AddSerializer(new Named("n", "application/cbor", "APPLICATION/json", "text", "a/b; c=d"), "a", "b.*")
            .AddSerializer(new Named("nothing"));

        string[] faults = Should.Throw<SerializerException>(() => new EventDataSerializer(options)).Message.Split(Environment.NewLine);

        faults.Length.ShouldBe(9);
        faults[0].ShouldContain("'c*d'");
        faults[1].ShouldContain("''");
        faults[2].ShouldContain("and so does CborSerializer");
        faults[3].ShouldContain("read as JSON already");
        faults[4].ShouldContain("'text'");
        faults[5].ShouldContain("'a/b; c=d'");
        faults[6].ShouldContain("'a'");
        faults[7].ShouldContain("'b.*'");
        faults[8].ShouldContain("reads no content type");
    }

    private static EventDataSerializer With(IDataSerializer serializer, params string[] channels) =>
        new(new EventDataOptions().AddSerializer(serializer, channels));

    private static CloudEvent Event(byte[] data, string? contentType) =>
        new() { Id = "e-1", Source = "/tests", Type = "t", DataContentType = contentType, Data = data };
}
