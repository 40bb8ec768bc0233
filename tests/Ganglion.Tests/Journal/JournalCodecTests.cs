using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Journal;
using Ganglion.Journal.Entries;
using Ganglion.State;

namespace Ganglion.Tests.Journal;

public sealed class JournalCodecTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 30, 0, 123, TimeSpan.Zero);
    private static readonly CloudEvent Event = new()
    {
        Id = "e-1",
        Source = "/tests",
        Type = "orders",
        DataContentType = "application/json",
        Data = """{"amount":7}"""u8.ToArray(),
    };

    private static readonly InvocationId Id = InvocationId.Of(Event, "orders", "worker", "k");

    // What this version writes; every later one must read it.
    private const string Golden =
        """{"entries":[{"begun":{"channel":"orders","event":{"specversion":"1.0","id":"e-1","source":"/tests","type":"orders","datacontenttype":"application/json","data":{"amount":7}},"topic":"orders","partition":3,"offset":42}},{"turn":{"at":"2026-11-21T09:30:00.123+00:00"}},{"turn":{"at":"2026-11-21T09:30:00.123+00:00","version":2}},{"state":{"contenttype":"application/json","data":{"count":1}}},{"outcome":{"operation":0,"kind":"effect","name":"reserve","at":"2026-11-21T09:30:00.123+00:00","contenttype":"application/json","data":20}},{"outcome":{"operation":1,"kind":"effect","name":"charge","at":"2026-11-21T09:30:00.123+00:00","failure":{"type":"System.Exception","message":"no money"}}},{"wait":[{"operation":2,"kind":"timer","name":"delay"},{"operation":3,"kind":"question","name":"asked","answer":{"channel":"answers"}},{"operation":4,"kind":"question","name":"asked","answer":{"channel":"answers","property":"invoice","value":"7"}}]},{"outcome":{"operation":3,"kind":"question","name":"asked","answer":{"channel":"answers"},"at":"2026-11-21T09:30:00.123+00:00","event":{"specversion":"1.0","id":"e-1","source":"/tests","type":"orders","datacontenttype":"application/json","data":{"amount":7}}}},{"outcome":{"operation":5,"kind":"call","name":"add of adder/a","at":"2026-11-21T09:30:00.123+00:00","failure":{"type":"System.Exception","message":"no money","code":"insufficient-funds"}}},{"cancelled":{"at":"2026-11-21T09:30:00.123+00:00"}},{"parked":{"cause":"gone"}}]}""";

    public static TheoryData<string> Keys => new(["k", "", "a/b", "ключ", "two\nlines", new string('x', 10_000)]);

    [Fact]
    public void Golden_data_of_this_version_reads_and_is_written_alike()
    {
        List<JournalEntry> entries = JournalCodec.Read(new Record(null, Encoding.UTF8.GetBytes(Golden)));

        entries.Select(entry => entry.GetType()).ShouldBe(
            [typeof(BegunEntry), typeof(TurnEntry), typeof(TurnEntry), typeof(StateEntry), typeof(OutcomeEntry), typeof(OutcomeEntry), typeof(WaitEntry), typeof(OutcomeEntry), typeof(OutcomeEntry), typeof(CancelledEntry), typeof(ParkedEntry)]);
        entries[0].ShouldBe(new BegunEntry("orders", Event, new TopicPartitionOffset(new TopicPartition("orders", 3), 42)));
        Encoding.UTF8.GetString(Write(entries).Value!.Value.Span).ShouldBe(Golden);
    }

    // What this version writes; every later one must read it.
    [Fact]
    public void Of_a_state_that_only_changes_a_journal_has_what_is_new()
    {
        const string golden =
            """{"entries":[{"state":{"contenttype":"application/json","data":{"turns":[]},"changes":[{"name":"said","contenttype":"application/json; version=1.0","data":{"text":"one"}}]}},{"state_changes":{"changes":[{"name":"said","contenttype":"application/json; version=1.0","data":{"text":"two"}}]}},{"state_changes":{"changes":[]}},{"state":{"contenttype":"application/json","data":7}},{"state":{}},{"state":{"changes":[{"name":"said","contenttype":"application/json; version=1.0","data":{"text":"one"}}]}}]}""";
        StoredState first = StoredState.Change(StoredState.Set(null, new StoredValue("""{"turns":[]}"""u8.ToArray(), MediaType.Json)), Said("one"));
        StoredState second = StoredState.Change(first, Said("two"));
        StoredState set = StoredState.Set(second, new StoredValue("7"u8.ToArray(), MediaType.Json));
        StateEntry[] written =
        [
            new(first), new(second, first), new(second, second), new(set, second), new(null, set), new(StoredState.Change(null, Said("one")), null),
        ];

        Record record = Write(written);
        List<JournalEntry> read = JournalCodec.Read(record);
        StateChangesEntry.Resolve(read);

        Encoding.UTF8.GetString(record.Value!.Value.Span).ShouldBe(golden);
        read.Count.ShouldBe(written.Length);
        for (int i = 0; i < written.Length; i++)
        {
            Show(((StateEntry)read[i]).State).ShouldBe(Show(written[i].State));
        }

        static StoredChange Said(string text) => new("said", Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}"""), "application/json; version=1.0");

        static string Show(StoredState? state) => state is null ? "none" : string.Join(
            ' ', state.Changes.Select(change => $"{change.Name} {change.ContentType} {Encoding.UTF8.GetString(change.Data.Span)}")
                .Prepend(state.Value is { } value ? $"{value.ContentType} {Encoding.UTF8.GetString(value.Data.Span)}" : "nothing"));
    }

    [Fact]
    public void Outcomes_keep_their_bytes_whatever_they_are()
    {
        (byte[] Data, string ContentType)[] outcomes =
        [
            ([0, 255, 7], "application/octet-stream"),
            ([.. "null"u8], "application/json"),
            ([.. "[1, 2]"u8], "application/json"),
            ([.. "not JSON at all"u8], "application/json"),
            ([.. "text with \"quotes\"\0"u8], "text/plain; charset=utf-8"),
            ([], "application/octet-stream"),
        ];
        foreach ((byte[] data, string contentType) in outcomes)
        {
            var written = new OutcomeEntry(new Operation(0, OperationKind.Effect, "e"), new Outcome(data, contentType, Schema: "urn:schema"), Now);

            var read = (OutcomeEntry)JournalCodec.Read(Write([written])).ShouldHaveSingleItem();

            read.Outcome.Data!.Value.ToArray().ShouldBe(data);
            read.Outcome.ContentType.ShouldBe(contentType);
            read.Outcome.Schema.ShouldBe("urn:schema");
        }
    }

    [Fact]
    public void An_outcome_without_data_and_a_state_that_is_not_there_stay_so()
    {
        List<JournalEntry> read = JournalCodec.Read(Write(
            [new OutcomeEntry(new Operation(0, OperationKind.Timer, "delay"), Outcome.Nothing, Now), new StateEntry(null)]));

        ((OutcomeEntry)read[0]).Outcome.ShouldBe(Outcome.Nothing);
        ((StateEntry)read[1]).State.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_record_tells_its_invocation_its_number_and_its_instance_whatever_the_instances_key_holds(string key)
    {
        Record record = JournalCodec.Write(new JournalRecord(Id, 17, key, [new TurnEntry(Now)]), Event, "/agents/worker", Now);

        JournalCodec.TryReadKey(record.Key!.Value.Span, out InvocationId id, out int number).ShouldBeTrue();
        (id, number).ShouldBe((Id, 17));
        JournalCodec.InstanceOf(record).ShouldBe(key);
    }

    [Fact]
    public void A_record_tells_without_being_read_where_answers_are_awaited()
    {
        Operation Ask(int number, string channel, AnswerSelector? by = null) =>
            new(number, OperationKind.Question, "asked", new AwaitedAnswer(channel, by));

        Record named = Write([new WaitEntry([Ask(0, "a"), Ask(1, "b"), Ask(2, "a")])]);
        Record selected = Write([new TurnEntry(Now), new WaitEntry([Ask(0, "a", new AnswerSelector("x", "1"))])]);
        Record timer = Write([new WaitEntry([new Operation(0, OperationKind.Timer, "delay")])]);

        JournalCodec.AnswersOf(named).ShouldBe(["a", "b"]);
        JournalCodec.SelectsAnswers(named).ShouldBeFalse();
        JournalCodec.AnswersOf(selected).ShouldBe(["a"]);
        JournalCodec.SelectsAnswers(selected).ShouldBeTrue();
        JournalCodec.AnswersOf(timer).ShouldBe([]);
        JournalCodec.AnswersOf(Write([new TurnEntry(Now)])).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"entries":[{}]}""")]
    [InlineData("""{"entries":[{"unheard-of":{}}]}""")]
    [InlineData("""{"entries":[{"turn":{}}]}""")]
    [InlineData("""{"entries":[{"turn":{"at":"soon"}}]}""")]
    [InlineData("""{"entries":[{"wait":[{"operation":0,"kind":"dance","name":"x"}]}]}""")]
    [InlineData("""{"entries":[{"begun":{"channel":"c","event":{},"topic":"t","partition":0,"offset":0}}]}""")]
    [InlineData("""{"entries":{}}""")]
    public void What_is_no_record_of_a_journal_is_a_named_error(string json) =>
        Should.Throw<JournalException>(() => JournalCodec.Read(new Record("k"u8.ToArray(), Encoding.UTF8.GetBytes(json))))
            .Code.ShouldBe("journal-unreadable");

    [Theory]
    [InlineData("")]
    [InlineData("x/0")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("00000000000000000000000000000000/")]
    [InlineData("00000000000000000000000000000000/-1")]
    [InlineData("0000000000000000000000000000000/0")]
    public void Other_keys_are_none_of_a_journal(string key) =>
        JournalCodec.TryReadKey(Encoding.UTF8.GetBytes(key), out _, out _).ShouldBeFalse();

    [Fact]
    public void An_invocation_is_another_for_another_event_channel_agent_or_instance()
    {
        InvocationId[] ids =
        [
            Id,
            InvocationId.Of(Event with { Id = "e-2" }, "orders", "worker", "k"),
            InvocationId.Of(Event with { Source = "/others" }, "orders", "worker", "k"),
            InvocationId.Of(Event, "others", "worker", "k"),
            InvocationId.Of(Event, "orders", "other", "k"),
            InvocationId.Of(Event, "orders", "worker", "j"),
        ];

        ids.Distinct().Count().ShouldBe(ids.Length);
    }

    private static Record Write(IReadOnlyList<JournalEntry> entries) => JournalCodec.Write(new JournalRecord(Id, 0, "k", entries), Event, "/agents/worker", Now);
}
