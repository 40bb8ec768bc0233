using System.Text;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>Records as others write them, in the partition of their instance and elsewhere: whatever is wrong with one, the next is handled.</summary>
public abstract class ForeignRecordTests(InvoiceHost host)
{
    private static readonly Dictionary<string, ForeignCase> Cases = new()
    {
        ["truncated JSON"] = Broken(id => $$"""{"invoice_id":"{{id}}","amount":""", "EventDataException", "JSON"),
        ["no JSON"] = Broken(_ => "hello", "EventDataException", ""),
        ["empty value"] = Broken(_ => "", "EventDataException", ""),
        ["no value"] = Broken(_ => null, "EventDataException", ""),
        ["other shape"] = Broken(_ => "[1,2]", "EventDataException", ""),
        ["no key"] = Handled(id => Invoice(id) with { Key = null }),
        ["empty key"] = Handled(id => Invoice(id) with { Key = [] }),
        ["key of no text"] = Handled(id => Invoice(id) with { Key = [0xFF, 0xFE, 0x00] }),
        ["header of no text"] = Handled(id => Invoice(id) with { Headers = [new("trace", [0xFF, 0xFE])] }),
        ["header without value"] = Handled(id => Invoice(id, ("content-type", null), ("ce_type", null), ("x", null))),
        ["header without name"] = Handled(id => Invoice(id, ("", "x"))),
        ["headers twice"] = Handled(id => Invoice(id, ("a", "1"), ("a", "2"), ("content-type", "text/plain"), ("content-type", "application/json"))),
        ["a thousand headers"] = Handled(id => Invoice(id, [.. Enumerable.Range(0, 1000).Select(number => ($"header-{number}", (string?)$"{number}"))])),
        ["neither key nor value"] = new(_ => ForeignRecord.Of(null, null), "EventDataException", ""),
        ["attributes twice"] = Handled(id => Invoice(
            id, ("ce_specversion", "1.0"), ("ce_id", "other"), ("ce_id", id), ("ce_source", "/a"), ("ce_source", "/b"), ("ce_type", "invoice.created"))),
        ["attribute without value"] = Handled(id => Invoice(
            id, ("ce_specversion", "1.0"), ("ce_id", id), ("ce_source", "/a"), ("ce_type", "invoice.created"), ("ce_subject", null))),
        ["attribute of no text"] = new(
            id => Invoice(id) with { Headers = [.. Attributes(id), new ForeignHeader("ce_subject", [0xFF, 0xFE])] }, "EventFormatException", "ce_subject"),
        ["attribute missing"] = new(id => Invoice(id, ("ce_specversion", "1.0"), ("ce_id", id)), "EventFormatException", "ce_source"),
        ["structured"] = Handled(id => Structured($$$"""
            {"specversion":"1.0","id":"{{{id}}}","source":"/a","type":"invoice.created","data":{"invoice_id":"{{{id}}}","amount":1}}
            """)),
        ["truncated structured"] = new(_ => Structured("""{"specversion":"1.0","id":"1","sour"""), "EventFormatException", "JSON"),
        ["structured without value"] = new(_ => Structured(null), "EventFormatException", "no value"),
        ["structured in Avro"] = new(
            id => Invoice(id, ("content-type", "application/cloudevents+avro")), "EventFormatException", "application/cloudevents+json"),
        ["unknown content type"] = new(id => Invoice(id, ("content-type", "application/x-protobuf")), "EventDataException", "application/x-protobuf"),
        ["900 KB"] = Handled(id => Large(id, 900_000)),
        ["almost 1 MiB"] = Handled(id => Large(id, 1_040_000)),
        ["900 KB of broken JSON"] = new(id => Large(id, 900_000, end: ""), "EventDataException", "JSON"),
        ["timestamp of 1970"] = Handled(id => Invoice(id) with { Timestamp = 1 }),
        ["timestamp of 1969"] = Handled(id => Invoice(id) with { Timestamp = -1000 }),
        ["timestamp of 2100"] = Handled(id => Invoice(id) with { Timestamp = 4_102_444_800_000 }),
        ["broken JSON of 2100"] = new(id => Invoice(id) with { Value = "{"u8.ToArray(), Timestamp = 4_102_444_800_000 }, "EventDataException", "JSON"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Names))]
    public Task It_is_handled_or_parked_with_its_cause_and_the_next_is_handled(string name) => TryAsync(name, Cases[name]);

    protected async Task TryAsync(string name, ForeignCase foreign)
    {
        ForeignRecord[] records =
        [
            .. from partition in Enumerable.Range(0, InvoiceHost.Partitions)
               from record in (ForeignRecord[])[foreign.Make($"{name} {partition}"), Invoice($"{name} {partition}, next")]
               select record with { Partition = partition },
        ];

        IReadOnlyList<(int Partition, long Offset)> places = await host.WriteAsync(records);

        for (int partition = 0; partition < InvoiceHost.Partitions; partition++)
        {
            if (foreign.Cause is null)
            {
                await WhenClassifiedAsync($"{name} {partition}");
            }
            else
            {
                Arrival parked = await WhenParkedAsync(places[2 * partition]);
                parked.Header("__dlq.errors.exception.class.name")!.ShouldEndWith("." + foreign.Cause);
                parked.Header("__dlq.errors.message")!.ShouldContain(foreign.Says);
                parked.Record.Value.GetValueOrDefault().ToArray().ShouldBe(records[2 * partition].Value ?? []);
            }

            await WhenClassifiedAsync($"{name} {partition}, next");
        }
    }

    protected static ForeignCase Handled(Func<string, ForeignRecord> make) => new(make);

    protected static ForeignRecord Invoice(string id, params (string Name, string? Value)[] headers) =>
        ForeignRecord.Of("supplier", $$"""{"invoice_id":"{{id}}","amount":1}""", headers);

    private static ForeignCase Broken(Func<string, string?> value, string cause, string says) =>
        new(id => ForeignRecord.Of("supplier", value(id)), cause, says);

    private static ForeignRecord Structured(string? value) =>
        ForeignRecord.Of("supplier", value, ("content-type", "application/cloudevents+json; charset=UTF-8"));

    private static ForeignRecord Large(string id, int size, string end = "\"}") =>
        ForeignRecord.Of("supplier", $$"""{"invoice_id":"{{id}}","amount":1,"note":"{{new string('x', size)}}{{end}}""");

    private static ForeignHeader[] Attributes(string id) =>
    [
        .. new[] { ("ce_specversion", "1.0"), ("ce_id", id), ("ce_source", "/a"), ("ce_type", "invoice.created") }
            .Select(attribute => new ForeignHeader(attribute.Item1, Encoding.UTF8.GetBytes(attribute.Item2))),
    ];

    private protected Task<Arrival> WhenClassifiedAsync(string id) => host.WhenArrivedAsync(
        arrival => arrival.Topic == InvoiceAgent.Classified && arrival.Text.StartsWith($$"""{"invoice_id":"{{id}}",""", StringComparison.Ordinal));

    private Task<Arrival> WhenParkedAsync((int Partition, long Offset) place) => host.WhenArrivedAsync(
        arrival => arrival.Topic == InvoiceHost.Parked
            && arrival.Header("__dlq.errors.partition") == $"{place.Partition}"
            && arrival.Header("__dlq.errors.offset") == $"{place.Offset}");
}
