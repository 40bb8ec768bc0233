using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed class RoundTripTests
{
    private const int Many = 3_000;

    [Fact]
    public void Every_event_survives_a_record_in_binary_mode() =>
        Each(seed: 1, original => EventCodec.Decode(EventCodec.Encode(original), "topic", 0, 0).ShouldBe(original));

    [Fact]
    public void Every_event_survives_a_record_in_structured_mode() =>
        Each(seed: 2, original => EventCodec.Decode(EventCodec.EncodeStructured(original), "topic", 0, 0).ShouldBe(original));

    [Fact]
    public void Every_event_survives_HTTP_in_binary_mode() =>
        Each(seed: 3, original =>
        {
            // Without data there is no body whose type could be told.
            CloudEvent expected = original.Data is null ? original with { DataContentType = null } : original;
            Read(HttpEvents.Write(original)).ShouldBe([expected]);
        });

    [Fact]
    public void Every_event_survives_HTTP_in_structured_mode() =>
        Each(seed: 4, original => Read(HttpEvents.WriteStructured(original)).ShouldBe([original]));

    [Fact]
    public void Every_event_survives_HTTP_in_a_batch()
    {
        var random = new RandomEvents(seed: 5);
        CloudEvent[] originals = [.. Enumerable.Range(0, Many).Select(_ => random.Next())];

        Read(HttpEvents.WriteBatch(originals)).ShouldBe(originals);
    }

    [Fact]
    public void Whatever_is_damaged_in_a_structured_event_is_a_named_error_or_another_event()
    {
        var random = new RandomEvents(seed: 6);
        for (int i = 0; i < Many; i++)
        {
            byte[] damaged = random.Damage(EventJson.Write(random.Next()));

            EventOrNamedError(() => EventJson.Read(damaged));
        }
    }

    [Fact]
    public void Whatever_is_damaged_in_a_header_is_a_named_error_or_another_event()
    {
        var random = new RandomEvents(seed: 7);
        for (int i = 0; i < Many; i++)
        {
            Record record = EventCodec.Encode(random.Next());
            RecordHeader[] damaged =
            [
                .. record.Headers.Select((header, place) => place == i % record.Headers.Count
                    ? new RecordHeader(i % 7 == 0 ? random.Damage(header.NameUtf8.Span) : header.NameUtf8, random.Damage(header.Value!.Value.Span))
                    : header),
            ];

            EventOrNamedError(() => EventCodec.Decode(record with { Headers = RecordHeaders.Create(damaged) }, "topic", 0, 0));
        }
    }

    [Fact]
    public void Any_bytes_at_all_are_a_bare_event()
    {
        var random = new RandomEvents(seed: 8);
        for (int i = 0; i < Many; i++)
        {
            byte[] value = random.Bytes();

            EventCodec.Decode(new Record(null, value), "topic", 0, 0).Data!.Value.ToArray().ShouldBe(value);
        }
    }

    private static void EventOrNamedError(Func<CloudEvent> read)
    {
        try
        {
            EventCodec.Encode(read());
        }
        catch (EventFormatException error)
        {
            error.Header.ShouldNotBeNull();
            error.Message.ShouldNotContain('\0');
        }
    }

    private static void Each(int seed, Action<CloudEvent> check)
    {
        var random = new RandomEvents(seed);
        for (int i = 0; i < Many; i++)
        {
            check(random.Next());
        }
    }

    private static IReadOnlyList<CloudEvent> Read(HttpEventMessage message)
    {
        HttpEvents.TryRead(message.Headers, message.Body, out IReadOnlyList<CloudEvent>? events).ShouldBeTrue();
        return events!;
    }
}
