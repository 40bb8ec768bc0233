using System.Buffers.Binary;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.DeadLetters;
using Ganglion.Events;
using Ganglion.Tests.Brokers.Embedded;

namespace Ganglion.Tests.DeadLetters;

public sealed class ListTests
{
    private static readonly DiscardOptions Discard = new() { Execute = true };

    [Fact]
    public async Task Letters_of_all_topics_are_listed_page_by_page()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "shipments.dlq", "orders");
        for (int i = 0; i < 25; i++)
        {
            await letters.ParkAsync($"{i}", $"k{i}", i % 2 == 0 ? "orders" : "shipments");
        }

        var found = new List<DeadLetter>();
        TopicPartitionOffset? next = null;
        do
        {
            DeadLetterPage page = await letters.Queue.ListAsync(from: next, limit: 4, cancellationToken: Letters.Cancelled);
            page.Letters.Count.ShouldBeLessThanOrEqualTo(4);
            found.AddRange(page.Letters);
            next = page.Next;
        }
        while (next is not null);

        found.Select(letter => Letters.TextOf(letter.Record.Value)).ShouldBe(Enumerable.Range(0, 25).Select(i => $"{i}"), ignoreOrder: true);
        found.Select(letter => letter.Position.Partition).ShouldBeInOrder();
    }

    [Fact]
    public async Task Letters_are_found_by_topic_group_error_and_time()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "shipments.dlq");
        await letters.ParkAsync("1", topic: "orders", group: "billing", error: "System.TimeoutException");
        await letters.ParkAsync("2", topic: "shipments", group: "billing");
        await letters.ParkAsync("3", topic: "shipments", group: "stock");
        await letters.AppendAsync("orders.dlq", new Record(null, "4"u8.ToArray(), Timestamp: DateTimeOffset.UnixEpoch));

        (await letters.ListAsync(new() { Topic = "orders.dlq" })).ShouldBe(["1", "4"], ignoreOrder: true);
        (await letters.ListAsync(new() { Topic = "shipments" })).ShouldBe(["2", "3"]);
        (await letters.ListAsync(new() { Group = "billing" })).ShouldBe(["1", "2"]);
        (await letters.ListAsync(new() { ExceptionClass = "TimeoutException" })).ShouldBe(["1"]);
        (await letters.ListAsync(new() { ExceptionClass = "System.InvalidOperationException", Group = "stock" })).ShouldBe(["3"]);
        (await letters.ListAsync(new() { ExceptionClass = "OperationException" })).ShouldBeEmpty();
        (await letters.ListAsync(new() { Since = DateTimeOffset.UnixEpoch.AddDays(1) })).ShouldBe(["1", "2", "3"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_topic_of_any_name_is_listed_by_it_and_one_that_is_not_there_is_an_error()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("connect-errors");
        await letters.AppendAsync("connect-errors", new Record(null, "1"u8.ToArray(), RecordHeaders.Create(new RecordHeader("__connect.errors.topic", "t"))));
        await letters.AppendAsync("connect-errors", new Record(null, "no letter"u8.ToArray()));

        (await letters.ListAsync(new() { Topic = "connect-errors" })).ShouldBe(["1"]);
        (await letters.ListAsync()).ShouldBeEmpty();
        (await Should.ThrowAsync<TopicException>(() => letters.ListAsync(new() { Topic = "missing" }))).Code.ShouldBe("topic-not-found");
    }

    [Fact]
    public async Task What_was_decided_about_is_listed_only_on_request_and_shown_with_its_decision()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq");
        TopicPartitionOffset first = await letters.ParkAsync("1");
        await letters.ParkAsync("2");

        await letters.Queue.DiscardAsync([first], Discard with { By = "ann", Reason = "a test" }, Letters.Cancelled);

        (await letters.ListAsync()).ShouldBe(["2"]);
        (await letters.ListAsync(new() { IncludeDecided = true })).ShouldBe(["1", "2"]);
        DeadLetterDecision decision = (await letters.Queue.FindAsync(first, Letters.Cancelled))!.Decision.ShouldNotBeNull();
        decision.Kind.ShouldBe(DeadLetterDecisionKind.Discarded);
        decision.By.ShouldBe("ann");
        decision.Reason.ShouldBe("a test");
    }

    [Fact]
    public async Task Decisions_are_events_that_auditors_can_read()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq");
        TopicPartitionOffset position = await letters.ParkAsync("1");

        await letters.Queue.DiscardAsync([position], Discard with { By = "ann" }, Letters.Cancelled);

        Record record = (await letters.ReadAsync("ganglion.deadletters")).ShouldHaveSingleItem();
        Letters.TextOf(record.Key).ShouldBe(position.ToString());
        CloudEvent decided = EventCodec.Decode(record, "ganglion.deadletters", 0, 0);
        decided.Type.ShouldBe("dead_letter_discarded");
        decided.Subject.ShouldBe(position.ToString());
        decided.CausationId.ShouldBe("orders-1@77");
        Letters.TextOf(decided.Data).ShouldContain("\"by\":\"ann\"");
    }

    [Fact]
    public async Task Decisions_survive_the_process()
    {
        using var folder = new TemporaryFolder();
        TopicPartitionOffset position;
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: Letters.Cancelled))
        {
            using var queue = new DeadLetterQueue(broker, TimeProvider.System);
            await broker.AppendAsync("1".To("orders.dlq"), "2".To("orders.dlq"));
            position = new(new("orders.dlq", 0), 0);
            (await queue.DiscardAsync([position], Discard, Letters.Cancelled)).ShouldHaveSingleItem().Refusal.ShouldBeNull();
        }

        await using EmbeddedBroker next = await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: Letters.Cancelled);
        using var nextQueue = new DeadLetterQueue(next, TimeProvider.System);

        DeadLetterPage page = await nextQueue.ListAsync(cancellationToken: Letters.Cancelled);
        page.Letters.ShouldHaveSingleItem().Position.Offset.ShouldBe(1);
        (await nextQueue.DiscardAsync([position], Discard, Letters.Cancelled))[0].Refusal!.Code.ShouldBe("dead-letter-decided");
    }

    [Fact]
    public async Task Letters_of_a_topic_that_was_deleted_and_made_anew_are_other_letters()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq");
        await letters.Queue.DiscardAsync([await letters.ParkAsync("1")], Discard, Letters.Cancelled);
        await letters.Broker.Topics.DeleteAsync("orders.dlq", Letters.Cancelled);
        await letters.WithTopicsAsync("orders.dlq");

        await letters.ParkAsync("2");

        (await letters.ListAsync()).ShouldBe(["2"]);
    }

    [Fact]
    public async Task Another_queue_sees_what_was_decided_meanwhile()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq");
        using var other = new DeadLetterQueue(letters.Broker, TimeProvider.System);
        TopicPartitionOffset position = await letters.ParkAsync("1");
        (await other.ListAsync(cancellationToken: Letters.Cancelled)).Letters.Count.ShouldBe(1);

        await letters.Queue.DiscardAsync([position], Discard, Letters.Cancelled);

        (await other.ListAsync(cancellationToken: Letters.Cancelled)).Letters.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_of_large_letters_ends_early_and_the_next_goes_on()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq");
        for (int i = 0; i < 12; i++)
        {
            await letters.ParkAsync(new string((char)('a' + i), 900_000));
        }

        DeadLetterPage page = await letters.Queue.ListAsync(cancellationToken: Letters.Cancelled);

        page.Letters.Count.ShouldBeInRange(4, 6);
        page.Next.ShouldNotBeNull();
        (await letters.ListAsync()).Count.ShouldBe(12);
    }

    [Fact]
    public async Task A_page_that_has_looked_at_much_ends_and_tells_where_the_next_begins()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq");
        await letters.Broker.AppendAsync([.. Enumerable.Range(0, 10_500).Select(i => $"{i}".To("orders.dlq"))]);
        await letters.ParkAsync("wanted", error: "Wanted");

        DeadLetterPage page = await letters.Queue.ListAsync(new() { ExceptionClass = "Wanted" }, cancellationToken: Letters.Cancelled);

        page.Letters.ShouldBeEmpty();
        page.Next.ShouldBe(new TopicPartitionOffset(new TopicPartition("orders.dlq", 0), 10_000));
        (await letters.ListAsync(new() { ExceptionClass = "Wanted" })).ShouldBe(["wanted"]);
    }

    [Fact]
    public async Task A_damaged_letter_ends_its_page_and_the_next_begins_behind_it()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: Letters.Cancelled))
        {
            for (int i = 0; i < 3; i++)
            {
                await broker.AppendAsync(new string((char)('a' + i), 500).To("orders.dlq"));
            }
        }

        await DamageSecondBatchAsync(folder["topics/orders.dlq/0/00000000000000000000.log"]);
        await using EmbeddedBroker damaged = await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: Letters.Cancelled);
        using var queue = new DeadLetterQueue(damaged, TimeProvider.System);

        DeadLetterPage first = await queue.ListAsync(cancellationToken: Letters.Cancelled);
        DeadLetterPage second = await queue.ListAsync(from: first.Next, cancellationToken: Letters.Cancelled);

        first.Letters.ShouldHaveSingleItem().Position.Offset.ShouldBe(0);
        first.Damage.ShouldNotBeNull().Code.ShouldBe("log-corrupt");
        second.Letters.ShouldHaveSingleItem().Position.Offset.ShouldBe(2);
        second.Next.ShouldBeNull();
    }

    [Fact]
    public async Task Something_else_in_the_topic_of_decisions_decides_nothing()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "ganglion.deadletters");
        TopicPartitionOffset position = await letters.ParkAsync("1");
        foreach (string value in (string[])["", "null", "{", "[]", $$"""{"letter":"{{position}}"}""", """{"letter":7,"topic_id":"x"}"""])
        {
            var @event = new CloudEvent { Id = "1", Source = "/x", Type = "dead_letter_discarded", Time = DateTimeOffset.UnixEpoch, Data = System.Text.Encoding.UTF8.GetBytes(value) };
            await letters.AppendAsync("ganglion.deadletters", EventCodec.Encode(@event, "k"u8.ToArray()));
        }

        await letters.AppendAsync("ganglion.deadletters", new Record("k"u8.ToArray(), null, RecordHeaders.Create(new RecordHeader("ce_specversion", "1.0"))));

        (await letters.ListAsync()).ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_place_where_no_letter_lies_is_none()
    {
        await using Letters letters = await new Letters().WithTopicsAsync("orders.dlq", "orders");
        await letters.ParkAsync("1");
        await letters.AppendAsync("orders", new Record("k"u8.ToArray(), "no letter"u8.ToArray()));

        foreach (string text in (string[])["orders.dlq-0@9", "orders.dlq-7@0", "missing.dlq-0@0", "orders-0@0", "orders-1@0"])
        {
            TopicPartitionOffset.TryParse(text, out TopicPartitionOffset position).ShouldBeTrue();
            (await letters.Queue.FindAsync(position, Letters.Cancelled)).ShouldBeNull(text);
            (await letters.Queue.DiscardAsync([position], Discard, Letters.Cancelled))[0].Refusal!.Code.ShouldBe("dead-letter-not-found");
        }
    }

    [Theory]
    [InlineData("orders.dlq-0@9", true)]
    [InlineData("a-b-12@0", true)]
    [InlineData("orders", false)]
    [InlineData("orders-0", false)]
    [InlineData("orders@0", false)]
    [InlineData("-0@0", false)]
    [InlineData("orders--1@0", true)]
    [InlineData("orders-0@-1", false)]
    [InlineData("orders-0@", false)]
    [InlineData("no/topic-0@1", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_place_is_read_as_it_is_written(string? text, bool isOne)
    {
        TopicPartitionOffset.TryParse(text, out TopicPartitionOffset position).ShouldBe(isOne);
        if (isOne)
        {
            position.ToString().ShouldBe(text);
        }
    }

    private static async Task DamageSecondBatchAsync(string segment)
    {
        byte[] bytes = await File.ReadAllBytesAsync(segment, Letters.Cancelled);
        int second = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(8)) + 12;
        bytes[second + 200] ^= 0x55;
        await File.WriteAllBytesAsync(segment, bytes, Letters.Cancelled);
    }
}
