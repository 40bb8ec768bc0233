using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed partial class EventDataSerializerTests
{
    private readonly EventDataSerializer _serializer = new();

    [Fact]
    public void Names_are_snake_case_and_enums_upper_case()
    {
        EventData data = _serializer.Write(new Invoice("INV-1", 12.5m, ReviewResult.NeedsWork));

        Encoding.UTF8.GetString(data.Bytes.Span).ShouldBe("""{"invoice_id":"INV-1","amount":12.5,"review_result":"NEEDS_WORK"}""");
        data.ContentType.ShouldBe("application/json");
    }

    [Theory]
    [InlineData("""{"invoice_id":"INV-1","amount":12.5,"review_result":"NEEDS_WORK"}""")]
    [InlineData("""{"INVOICE_ID":"INV-1","Amount":12.5,"review_Result":"NEEDS_WORK","more":[]}""")]
    public void Names_are_read_in_any_case_and_members_nobody_knows_are_skipped(string json) =>
        _serializer.Read<Invoice>(Event(json)).ShouldBe(new Invoice("INV-1", 12.5m, ReviewResult.NeedsWork));

    [Fact]
    public void A_property_with_a_default_may_be_missing() =>
        _serializer.Read<Invoice>(Event("""{"invoice_id":"INV-1","amount":1}""")).Result.ShouldBe(ReviewResult.Approved);

    [Theory]
    [InlineData("""{"amount":1}""", null)]
    [InlineData("""{"invoice_id":null,"amount":1}""", "$.invoice_id")]
    [InlineData("""{"invoice_id":"INV-1","amount":"much"}""", "$.amount")]
    [InlineData("""{"invoice_id":"INV-1","amount":1,"review_result":"PERHAPS"}""", "$.review_result")]
    [InlineData("""{"invoice_id":"INV-1","amount":1,"review_result":1}""", "$.review_result")]
    [InlineData("""{"invoice_id":"INV-1","amount":1,"amount":1000000}""", null)]
    [InlineData("""["INV-1"]""", "$")]
    [InlineData("""42""", "$")]
    [InlineData("""null""", "$")]
    public void Data_of_the_wrong_shape_is_an_error_that_tells_the_event_and_the_place(string json, string? path)
    {
        EventDataException error = Should.Throw<EventDataException>(() => _serializer.Read<Invoice>(Event(json)));

        error.Code.ShouldBe("event-data-mismatch");
        error.EventType.ShouldBe("invoice.created");
        error.EventId.ShouldBe("e-1");
        error.Message.ShouldContain(nameof(Invoice));
        if (path is not null)
        {
            error.JsonPath.ShouldBe(path);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("{\"invoice_id\":\"INV-1\",")]
    [InlineData("{\"invoice_id\":\"INV-1\",\"amount\":1} trailing")]
    public void Broken_JSON_is_an_error_of_its_own(string json) =>
        Should.Throw<EventDataException>(() => _serializer.Read<Invoice>(Event(json))).Code.ShouldBe("event-data-malformed");

    [Fact]
    public void Nesting_deeper_than_64_is_broken_JSON()
    {
        string deep = new string('[', 100_000) + new string(']', 100_000);

        Should.Throw<EventDataException>(() => _serializer.Read<JsonNode>(Event(deep))).Code.ShouldBe("event-data-malformed");
        Should.Throw<EventDataException>(() => _serializer.Read<Invoice>(Event("{\"x\":" + deep + "}"))).Code
            .ShouldBe("event-data-malformed");
    }

    [Fact]
    public void What_a_constructor_refuses_does_not_fit() =>
        Should.Throw<EventDataException>(() => _serializer.Read<Positive>(Event("""{"amount":-1}"""))).Code
            .ShouldBe("event-data-mismatch");

    [Fact]
    public void An_event_without_data_cannot_be_read() =>
        Should.Throw<EventDataException>(() => _serializer.Read<Invoice>(Event("{}") with { Data = null })).Code
            .ShouldBe("event-data-missing");

    [Fact]
    public void Text_cannot_be_read_as_an_object() =>
        Should.Throw<EventDataException>(
            () => _serializer.Read<Invoice>(Event("hello") with { DataContentType = "text/plain" })).Code.ShouldBe("serializer-not-found");

    [Fact]
    public void Text_can_be_read_as_a_string() =>
        _serializer.Read<string>(Event("hello") with { DataContentType = "text/plain; charset=utf-8" }).ShouldBe("hello");

    [Fact]
    public void A_JSON_string_can_be_read_as_a_string() => _serializer.Read<string>(Event("\"hello\"")).ShouldBe("hello");

    [Fact]
    public void Bytes_stay_as_they_are()
    {
        EventData data = _serializer.Write(new byte[] { 0, 255 });
        CloudEvent binary = Event("") with { Data = data.Bytes, DataContentType = data.ContentType };

        data.ContentType.ShouldBe("application/octet-stream");
        _serializer.Read<byte[]>(binary).ShouldBe([0, 255]);
        _serializer.Read<ReadOnlyMemory<byte>>(binary).ToArray().ShouldBe([0, 255]);
    }

    [Fact]
    public void Any_data_can_be_read_as_bytes() =>
        _serializer.Read<ReadOnlyMemory<byte>>(Event("{\"broken\":")).Length.ShouldBe(10);

    [Fact]
    public void Types_of_a_source_generated_context_have_the_same_shape()
    {
        var options = new EventDataOptions();
        options.AddJsonContext(ShopJsonContext.Default);
        options.Json.TypeInfoResolverChain.RemoveAt(1);
        var generated = new EventDataSerializer(options);
        var invoice = new Invoice("INV-1", 12.5m, ReviewResult.NeedsWork);

        EventData data = generated.Write(invoice);

        data.Bytes.ToArray().ShouldBe(_serializer.Write(invoice).Bytes.ToArray());
        generated.Read<Invoice>(Event("") with { Data = data.Bytes }).ShouldBe(invoice);
        Should.Throw<NotSupportedException>(() => generated.Write(new Positive(1)));
    }

    [Fact]
    public void Data_may_be_written_as_its_base_class_to_tell_its_kind()
    {
        EventData data = _serializer.Write(new Circle(2), typeof(Shape));

        _serializer.Read<Shape>(Event("") with { Data = data.Bytes }).ShouldBe(new Circle(2));
    }

    private static CloudEvent Event(string json) => new()
    {
        Id = "e-1",
        Source = "/shop",
        Type = "invoice.created",
        DataContentType = "application/json",
        Data = Encoding.UTF8.GetBytes(json),
    };

    public enum ReviewResult
    {
        Approved,
        NeedsWork,
    }

    public sealed record Invoice(
        string InvoiceId, decimal Amount, [property: JsonPropertyName("review_result")] ReviewResult Result = ReviewResult.Approved);

    public sealed record Positive
    {
        public Positive(int amount)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(amount);
            Amount = amount;
        }

        public int Amount { get; }
    }

    [JsonDerivedType(typeof(Circle), "circle")]
    public abstract record Shape;

    public sealed record Circle(int Radius) : Shape;

    [JsonSerializable(typeof(Invoice))]
    public sealed partial class ShopJsonContext : JsonSerializerContext;
}
