using Ganglion.Brokers;
using Ganglion.DeadLetters;
using Ganglion.Events;

namespace Ganglion.Tests.DeadLetters;

public sealed class RedriveTests
{
    private static readonly RedriveOptions Redrive = new() { Execute = true };

    private static RecordHeader[] Attributes(string id) =>
    [
        new("ce_specversion", "1.0"), new("ce_id", id), new("ce_source", "/shop"), new("ce_type", "order"),
        new("ce_causationid", "c1"), new("content-type", "application/json"), new("x", "y"),
    ];

    [Fact]
    public async Task A_letter_goes_back_to_where_it_came_from_as_it_was()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders");
        TopicPartitionOffset position = await letters.ParkAsync("""{"a":1}""", "k", "orders", Attributes("7"));

        DeadLetterOutcome outcome = (await letters.Queue.RedriveAsync([position], Redrive, Letters.Cancelled)).ShouldHaveSingleItem();

        outcome.To.ShouldBe("orders");
        outcome.At!.Value.Partition.ShouldBe(new TopicPartition("orders", 1));
        Record record = (await letters.ReadAsync("orders")).ShouldHaveSingleItem();
        Letters.TextOf(record.Key).ShouldBe("k");
        Letters.TextOf(record.Value).ShouldBe("""{"a":1}""");
        record.Headers.ShouldBe(RecordHeaders.Create([.. Attributes("7"), new RecordHeader("__redriven", position.ToString())]));
        (await letters.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_redriven_is_new_to_its_topic_however_old_the_event_is()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders");
        TopicPartitionOffset position = await letters.AppendAsync("orders.dlq", new Record("k"u8.ToArray(), "1"u8.ToArray(), Timestamp: DateTimeOffset.UnixEpoch));

        await letters.Queue.RedriveAsync([position], Redrive with { To = "orders" }, Letters.Cancelled);

        // By the time of the event, its topic would remove it before anybody reads it.
        (await letters.ReadAsync("orders")).ShouldHaveSingleItem().Timestamp.ShouldBeGreaterThan(DateTimeOffset.UnixEpoch.AddYears(50));
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_be_done_and_does_nothing()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders");
        TopicPartitionOffset position = await letters.ParkAsync("1");

        DeadLetterOutcome outcome = (await letters.Queue.RedriveAsync([position], Redrive with { Execute = false }, Letters.Cancelled)).ShouldHaveSingleItem();
        DeadLetterOutcome discarded = (await letters.Queue.DiscardAsync([position], new(), Letters.Cancelled)).ShouldHaveSingleItem();

        outcome.ShouldBe(new DeadLetterOutcome(position) { To = "orders" });
        discarded.ShouldBe(new DeadLetterOutcome(position));
        (await letters.ReadAsync("orders")).ShouldBeEmpty();
        (await letters.ListAsync()).ShouldBe(["1"]);
        (await letters.Broker.Topics.FindAsync("ganglion.deadletters", Letters.Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task Letters_of_a_key_keep_their_order_however_they_are_named()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "elsewhere");
        var positions = new List<TopicPartitionOffset>();
        for (int i = 0; i < 1_200; i++)
        {
            positions.Add(await letters.ParkAsync($"k{i % 7} {i}", $"k{i % 7}"));
        }

        positions.Reverse();
        IReadOnlyList<DeadLetterOutcome> outcomes = await letters.Queue.RedriveAsync(
            positions, Redrive with { To = "elsewhere" }, Letters.Cancelled);

        outcomes.Count.ShouldBe(1_200);
        foreach (IGrouping<string, string> ofKey in (await letters.ReadValuesAsync("elsewhere")).GroupBy(value => value.Split(' ')[0]))
        {
            ofKey.Select(value => int.Parse(value.Split(' ')[1])).ShouldBeInOrder();
        }

        (await letters.ReadAsync("elsewhere")).Count.ShouldBe(1_200);
    }

    [Fact]
    public async Task A_letter_is_redriven_once()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders");
        TopicPartitionOffset position = await letters.ParkAsync("1");
        await letters.Queue.RedriveAsync([position, position], Redrive, Letters.Cancelled);

        DeadLetterOutcome again = (await letters.Queue.RedriveAsync([position], Redrive, Letters.Cancelled)).ShouldHaveSingleItem();

        again.Refusal!.Code.ShouldBe("dead-letter-decided");
        (await letters.ReadValuesAsync("orders")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Of_many_who_redrive_the_same_letters_at_once_one_does()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders");
        for (int round = 0; round < 30; round++)
        {
            TopicPartitionOffset[] positions = [await letters.ParkAsync($"{round}", "a"), await letters.ParkAsync($"{round}", "b")];
            DeadLetterQueue[] operators = [.. Enumerable.Range(0, 4).Select(_ => new DeadLetterQueue(letters.Broker, TimeProvider.System))];

            await Task.WhenAll(operators.Select(queue => Task.Run(async () =>
            {
                try
                {
                    await queue.RedriveAsync(positions, Redrive, Letters.Cancelled);
                }
                catch (DeadLetterException busy) when (busy.Code == "dead-letters-busy")
                {
                    // Somebody else was faster, or at it, too.
                }
                finally
                {
                    queue.Dispose();
                }
            })));

            await letters.Queue.RedriveAsync(positions, Redrive, Letters.Cancelled);
            (await letters.ReadValuesAsync("orders")).Count(value => value == $"{round}").ShouldBe(2);
        }
    }

    [Fact]
    public async Task What_the_broker_refuses_stays_open_and_the_others_go_on()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq");
        await letters.Broker.Topics.CreateAsync("narrow", new TopicSettings { MaxMessageBytes = 2_000 }, Letters.Cancelled);
        TopicPartitionOffset large = await letters.ParkAsync(new string('x', 5_000));
        TopicPartitionOffset small = await letters.ParkAsync("small");

        IReadOnlyList<DeadLetterOutcome> outcomes = await letters.Queue.RedriveAsync(
            [large, small], Redrive with { To = "narrow" }, Letters.Cancelled);

        outcomes[0].Refusal!.Code.ShouldBe("record-too-large");
        outcomes[1].Refusal.ShouldBeNull();
        (await letters.ReadValuesAsync("narrow")).ShouldBe(["small"]);
        (await letters.ListAsync()).ShouldHaveSingleItem().Length.ShouldBe(5_000);
        (await letters.ReadAsync("ganglion.deadletters")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_letter_of_an_agent_goes_to_its_inbox_and_to_nobody_else()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders", "billing.inbox");
        TopicPartitionOffset position = await letters.ParkAsync("""{"a":1}""", "k", "orders", Attributes("7"));

        await letters.Queue.RedriveAsync([position], Redrive, Letters.Cancelled);

        (await letters.ReadAsync("orders")).ShouldBeEmpty();
        RecordHeaders headers = (await letters.ReadAsync("billing.inbox")).ShouldHaveSingleItem().Headers;
        headers.ShouldBe(RecordHeaders.Create(
        [
            .. Attributes("7"),
            new RecordHeader("__forwarded.channel", "orders"),
            new RecordHeader("__forwarded.topic", "orders"),
            new RecordHeader("__forwarded.partition", "1"),
            new RecordHeader("__forwarded.offset", "77"),
            new RecordHeader("__redriven", position.ToString()),
        ]));
    }

    [Fact]
    public async Task A_bare_event_of_an_agent_keeps_its_name_wherever_it_goes()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders", "billing.inbox");
        TopicPartitionOffset position = await letters.ParkAsync("""{"a":1}""");

        await letters.Queue.RedriveAsync([position], Redrive with { To = "orders" }, Letters.Cancelled);

        CloudEvent sent = EventCodec.Decode((await letters.ReadAsync("orders")).ShouldHaveSingleItem(), "orders", 1, 99);
        sent.Id.ShouldBe("orders-1@77");
        sent.Source.ShouldBe("/topics/orders");
        Letters.TextOf(sent.Data).ShouldBe("""{"a":1}""");
    }

    [Fact]
    public async Task The_letter_of_somebody_else_goes_back_to_its_topic_without_headers_of_ours()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("errors", "orders", "billing.inbox");
        TopicPartitionOffset position = await letters.AppendAsync("errors", new Record("k"u8.ToArray(), "1"u8.ToArray(), RecordHeaders.Create(
            new RecordHeader("x", "y"),
            new RecordHeader("kafka_dlt-original-topic", "orders"),
            new RecordHeader("kafka_dlt-original-partition", new byte[] { 0, 0, 0, 1 }),
            new RecordHeader("kafka_dlt-original-offset", new byte[] { 0, 0, 0, 0, 0, 0, 0, 5 }),
            new RecordHeader("kafka_dlt-original-consumer-group", "billing"),
            new RecordHeader("retry_topic-attempts", new byte[] { 0, 0, 0, 3 }))));

        await letters.Queue.RedriveAsync([position], Redrive, Letters.Cancelled);

        Record sent = (await letters.ReadAsync("orders")).ShouldHaveSingleItem();
        sent.Headers.ShouldBe(RecordHeaders.Create(new RecordHeader("x", "y"), new RecordHeader("__redriven", position.ToString())));
    }

    [Fact]
    public async Task Edited_data_take_the_place_of_the_old_and_the_decision_tells()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders");
        TopicPartitionOffset position = await letters.ParkAsync("broken", "k", "orders", Attributes("7"));

        await letters.Queue.RedriveAsync([position], Redrive with { Data = """{"a":2}"""u8.ToArray() }, Letters.Cancelled);

        Record record = (await letters.ReadAsync("orders")).ShouldHaveSingleItem();
        CloudEvent sent = EventCodec.Decode(record, "orders", 1, 99);
        sent.Id.ShouldBe("7");
        sent.CausationId.ShouldBe("c1");
        Letters.TextOf(record.Key).ShouldBe("k");
        Letters.TextOf(sent.Data).ShouldBe("""{"a":2}""");
        DeadLetterDecision decision = (await letters.Queue.FindAsync(position, Letters.Cancelled))!.Decision!;
        decision.IsEdited.ShouldBeTrue();
        decision.To.ShouldBe("orders");
    }

    [Fact]
    public async Task The_data_of_an_event_in_structured_mode_are_edited_within_it()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders");
        Record structured = EventCodec.EncodeStructured(new CloudEvent
        {
            Id = "7", Source = "/shop", Type = "order", CausationId = "c1", DataContentType = "application/json", Data = """{"a":1}"""u8.ToArray(),
        });
        TopicPartitionOffset position = await letters.ParkAsync(Letters.TextOf(structured.Value), "k", "orders", [.. structured.Headers]);

        await letters.Queue.RedriveAsync([position], Redrive with { Data = """{"a":2}"""u8.ToArray() }, Letters.Cancelled);

        CloudEvent sent = EventCodec.Decode((await letters.ReadAsync("orders")).ShouldHaveSingleItem(), "orders", 1, 99);
        sent.Id.ShouldBe("7");
        sent.CausationId.ShouldBe("c1");
        Letters.TextOf(sent.Data).ShouldBe("""{"a":2}""");
    }

    [Fact]
    public async Task What_a_bare_event_is_edited_to_is_read_as_what_it_is()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders", "billing.inbox");
        TopicPartitionOffset position = await letters.ParkAsync("no JSON at all");

        await letters.Queue.RedriveAsync([position], Redrive with { Data = """{"a":2}"""u8.ToArray() }, Letters.Cancelled);

        CloudEvent sent = EventCodec.Decode((await letters.ReadAsync("billing.inbox")).ShouldHaveSingleItem(), "billing.inbox", 0, 0);
        sent.Id.ShouldBe("orders-1@77");
        sent.DataContentType.ShouldBe("application/json");
    }

    [Fact]
    public async Task Data_are_for_one_letter()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders");
        TopicPartitionOffset[] positions = [await letters.ParkAsync("1"), await letters.ParkAsync("2")];

        await Should.ThrowAsync<ArgumentException>(async () => await letters.Queue.RedriveAsync(positions, Redrive with { Data = new byte[1] }, Letters.Cancelled));

        (await letters.ListAsync()).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task What_cannot_be_redriven_as_it_is_says_what_is_missing()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "there");
        TopicPartitionOffset gone = await letters.ParkAsync("1");
        TopicPartitionOffset unknown = await letters.AppendAsync("orders.dlq", new Record("k"u8.ToArray(), "2"u8.ToArray()));

        IReadOnlyList<DeadLetterOutcome> outcomes = await letters.Queue.RedriveAsync([gone, unknown], Redrive, Letters.Cancelled);

        outcomes.Select(outcome => outcome.Refusal!.Code).ShouldBe(["topic-not-found", "dead-letter-origin-unknown"]);
        (await letters.Queue.RedriveAsync([gone, unknown], Redrive with { To = "there" }, Letters.Cancelled)).ShouldAllBe(outcome => outcome.Refusal == null);
        (await letters.ReadValuesAsync("there")).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task A_letter_that_was_parked_without_its_value_is_redriven_with_other_data_only()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders");
        TopicPartitionOffset position = await letters.ParkAsync("", "k", "orders", [new("__dlq.errors.value.omitted", "2000000")]);

        DeadLetterOutcome refused = (await letters.Queue.RedriveAsync([position], Redrive, Letters.Cancelled))[0];
        DeadLetterOutcome sent = (await letters.Queue.RedriveAsync([position], Redrive with { Data = "1"u8.ToArray() }, Letters.Cancelled))[0];

        refused.Refusal!.Code.ShouldBe("dead-letter-value-omitted");
        sent.Refusal.ShouldBeNull();
        (await letters.ReadValuesAsync("orders")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task An_event_with_a_huge_name_can_be_decided_about()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders");
        TopicPartitionOffset position = await letters.ParkAsync("1", "k", "orders", Attributes(new string('x', 900_000)));

        (await letters.Queue.RedriveAsync([position], Redrive, Letters.Cancelled))[0].Refusal.ShouldBeNull();

        (await letters.ListAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("2")]
    [InlineData("99999999999")]
    [InlineData("x")]
    public async Task A_partition_of_the_inbox_that_cannot_be_is_passed_over(string partition)
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders", "billing.inbox");
        TopicPartitionOffset position = await letters.ParkAsync("1", "k", "orders", [new("__dlq.errors.inbox.partition", partition)]);

        DeadLetterOutcome outcome = (await letters.Queue.RedriveAsync([position], Redrive, Letters.Cancelled))[0];

        outcome.At!.Value.Partition.ShouldBe(new TopicPartition("billing.inbox", Murmur2.PartitionOf("k"u8, 2)));
    }

    [Fact]
    public async Task A_letter_that_was_read_in_an_inbox_goes_back_to_its_partition()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders", "billing.inbox");
        int other = 1 - Murmur2.PartitionOf("k"u8, 2);
        TopicPartitionOffset position = await letters.ParkAsync("1", "k", "orders", [new("__dlq.errors.inbox.partition", $"{other}")]);

        DeadLetterOutcome outcome = (await letters.Queue.RedriveAsync([position], Redrive, Letters.Cancelled))[0];

        outcome.At!.Value.Partition.Partition.ShouldBe(other);
    }
}
