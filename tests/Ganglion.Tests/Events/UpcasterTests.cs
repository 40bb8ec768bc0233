using System.Text;
using System.Text.Json.Nodes;
using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed class UpcasterTests
{
    [Fact]
    public void The_version_of_a_type_is_written_with_its_data() =>
        new EventDataSerializer().Write(new Paid("1", 2, "EUR")).ContentType.ShouldBe("application/json; version=2.1");

    [Theory]
    [InlineData("application/json; version=2.1", """{"invoice_id":"1","amount":2,"currency":"USD"}""", "USD")]
    [InlineData("application/json;version=\"2.1.0\"", """{"invoice_id":"1","amount":2,"currency":"USD"}""", "USD")]
    [InlineData("application/json; version=2.0", """{"invoice_id":"1","amount":2}""", "EUR")]
    [InlineData("application/json; charset=utf-8; version=1.0", """{"number":"1","amount":2}""", "EUR")]
    [InlineData("application/json", """{"number":"1","total":2}""", "EUR")]
    public void Data_of_any_known_version_is_brought_up_to_date(string contentType, string data, string currency) =>
        new EventDataSerializer(Chain()).Read<Paid>(Event(contentType, data)).ShouldBe(new Paid("1", 2, currency));

    [Fact]
    public void Data_without_a_version_is_current_unless_an_upcaster_takes_it() =>
        new EventDataSerializer().Read<Paid>(Event("application/json", """{"invoice_id":"1","amount":2,"currency":"USD"}"""))
            .Currency.ShouldBe("USD");

    [Fact]
    public void A_type_may_ask_for_a_version_in_the_middle_of_the_chain() =>
        new EventDataSerializer(Chain()).Read<PaidBefore>(Event("application/json; version=1.0", """{"number":"1","amount":2}"""))
            .ShouldBe(new PaidBefore("1", 2));

    [Fact]
    public void A_type_without_a_version_reads_what_comes() =>
        new EventDataSerializer(Chain()).Read<JsonObject>(Event("application/json; version=9", "{\"a\":1}"))["a"]!.GetValue<int>().ShouldBe(1);

    [Fact]
    public void Data_newer_than_the_program_is_an_error_that_says_so()
    {
        EventDataException error = Should.Throw<EventDataException>(
            () => new EventDataSerializer(Chain()).Read<Paid>(Event("application/json; version=3", "{}")));

        error.Code.ShouldBe("event-data-version");
        error.Message.ShouldContain("newer than 2.1");
    }

    [Theory]
    [InlineData("0.9")]
    [InlineData("draft")]
    public void Data_that_no_upcaster_takes_is_an_error_that_says_so(string version)
    {
        EventDataException error = Should.Throw<EventDataException>(
            () => new EventDataSerializer(Chain()).Read<Paid>(Event("application/json; version=" + version, "{}")));

        error.Code.ShouldBe("event-data-version");
        error.Message.ShouldContain("no upcaster");
    }

    [Fact]
    public void An_upcaster_that_fails_is_an_error_of_the_data() =>
        Should.Throw<EventDataException>(
            () => new EventDataSerializer(Chain()).Read<Paid>(Event("application/json; version=1.0", "[]"))).EventId.ShouldBe("e-1");

    [Fact]
    public void Broken_data_is_broken_also_before_an_upcaster() =>
        Should.Throw<EventDataException>(
            () => new EventDataSerializer(Chain()).Read<Paid>(Event("application/json; version=1.0", "{"))).Code.ShouldBe("event-data-malformed");

    [Fact]
    public void All_faults_of_a_registration_are_told_at_once()
    {
        EventDataOptions options = Chain()
            .AddUpcaster("invoice.paid", "2.0", "2.1", data => data)
            .AddUpcaster("other", "2.0", "1.0", data => data)
            .AddUpcaster("other", "1.0", "1.0.0", data => data)
            .AddUpcaster("gap", "1.0", "1.1", data => data)
            .AddUpcaster("gap", "2.0", "2.1", data => data)
            .AddUpcaster("words", "one", "two", data => data);

        string[] faults = Should.Throw<UpcasterException>(() => new EventDataSerializer(options)).Message.Split(Environment.NewLine);

        faults.Length.ShouldBe(5);
        faults[0].ShouldContain("invoice.paid from 2.0 to 2.1: another upcaster takes the same version");
        faults[1].ShouldContain("other from 2.0 to 1.0: it must lead to a newer version");
        faults[2].ShouldContain("other from 1.0 to 1.0.0: it must lead to a newer version");
        faults[3].ShouldContain("words from one to two: a version is one to three numbers");
        faults[4].ShouldContain("gap from 1.0 to 1.1: nothing leads on");
    }

    [Fact]
    public void Two_versions_may_lead_to_the_same_next_one() =>
        Should.NotThrow(() => new EventDataSerializer(new EventDataOptions()
            .AddUpcaster("t", "1.0", "2", data => data)
            .AddUpcaster("t", "1.1", "2", data => data)));

    [Theory]
    [InlineData("")]
    [InlineData("2.")]
    [InlineData("2.1.0.0")]
    [InlineData("-1")]
    [InlineData("v2")]
    public void A_version_is_one_to_three_numbers(string version) =>
        Should.Throw<ArgumentException>(() => new EventVersionAttribute(version));

    private static EventDataOptions Chain() => new EventDataOptions()
        .AddUpcaster("invoice.paid", "2.0", "2.1", data => With(data, "currency", "EUR"))
        .AddUpcaster("invoice.paid", null, "1.0", data => Rename(data, "total", "amount"))
        .AddUpcaster("invoice.paid", "1.0", "2.0", data => Rename(data, "number", "invoice_id"));

    private static JsonNode With(JsonNode data, string name, string value)
    {
        data[name] = value;
        return data;
    }

    private static JsonObject Rename(JsonNode data, string from, string to)
    {
        JsonObject members = data.AsObject();
        members.Remove(from, out JsonNode? value);
        members[to] = value;
        return members;
    }

    private static CloudEvent Event(string contentType, string data) => new()
    {
        Id = "e-1",
        Source = "/shop",
        Type = "invoice.paid",
        DataContentType = contentType,
        Data = Encoding.UTF8.GetBytes(data),
    };

    [EventVersion("2.1")]
    public sealed record Paid(string InvoiceId, decimal Amount, string Currency);

    [EventVersion("2.0")]
    public sealed record PaidBefore(string InvoiceId, decimal Amount);
}
