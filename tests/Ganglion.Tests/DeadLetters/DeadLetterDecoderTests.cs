using System.Buffers.Binary;
using Ganglion.Brokers;
using Ganglion.DeadLetters;
using Ganglion.Events;

namespace Ganglion.Tests.DeadLetters;

public sealed class DeadLetterDecoderTests
{
    private static readonly TopicPartitionOffset Position = new(new TopicPartition("orders.dlq", 1), 5);
    private static readonly TopicPartitionOffset Origin = new(new TopicPartition("orders", 3), 77);

    [Fact]
    public void Kafkas_own_headers_are_read()
    {
        DeadLetter letter = Decode(
            ("__dlq.errors.topic", "orders"), ("__dlq.errors.partition", "3"), ("__dlq.errors.offset", "77"), ("__dlq.errors.group", "billing"),
            ("__dlq.errors.delivery.count", "4"), ("__dlq.errors.message", "no"));

        letter.Family.ShouldBe(DeadLetterFamily.Kafka);
        letter.Origin.ShouldBe(Origin);
        letter.Group.ShouldBe("billing");
        letter.DeliveryCount.ShouldBe(4);
        letter.Message.ShouldBe("no");
        letter.ExceptionClass.ShouldBeNull();
    }

    [Fact]
    public void Headers_of_Kafka_Streams_are_read()
    {
        DeadLetter letter = Decode(
            ("__streams.errors.exception", "org.example.BadOrder: it is bad: very"), ("__streams.errors.message", "it is bad: very"),
            ("__streams.errors.stacktrace", "at org.example"), ("__streams.errors.topic", "orders"), ("__streams.errors.partition", "3"),
            ("__streams.errors.offset", "77"));

        letter.Family.ShouldBe(DeadLetterFamily.KafkaStreams);
        letter.Origin.ShouldBe(Origin);
        letter.ExceptionClass.ShouldBe("org.example.BadOrder");
        letter.Message.ShouldBe("it is bad: very");
        letter.StackTrace.ShouldBe("at org.example");
        letter.Group.ShouldBeNull();
    }

    [Fact]
    public void Headers_of_Kafka_Connect_are_read_and_its_group_is_the_connectors()
    {
        DeadLetter letter = Decode(
            ("__connect.errors.topic", "orders"), ("__connect.errors.partition", "3"), ("__connect.errors.offset", "77"),
            ("__connect.errors.connector.name", "warehouse"), ("__connect.errors.task.id", "0"), ("__connect.errors.stage", "VALUE_CONVERTER"),
            ("__connect.errors.class.name", "org.example.Converter"),
            ("__connect.errors.exception.class.name", "org.apache.kafka.connect.errors.DataException"),
            ("__connect.errors.exception.message", "no"), ("__connect.errors.exception.stacktrace", "at org.example"));

        letter.Family.ShouldBe(DeadLetterFamily.KafkaConnect);
        letter.Origin.ShouldBe(Origin);
        letter.Group.ShouldBe("connect-warehouse");
        letter.ExceptionClass.ShouldBe("org.apache.kafka.connect.errors.DataException");
        letter.Message.ShouldBe("no");
        letter.StackTrace.ShouldBe("at org.example");
    }

    [Fact]
    public void Headers_of_Spring_are_read_whose_numbers_are_big_endian()
    {
        byte[] partition = new byte[4];
        byte[] offset = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(partition, 3);
        BinaryPrimitives.WriteInt64BigEndian(offset, 77);

        DeadLetter letter = DeadLetterDecoder.Decode(Position, new Record(null, "{}"u8.ToArray(), RecordHeaders.Create(
            new RecordHeader("kafka_dlt-original-topic", "orders"),
            new RecordHeader("kafka_dlt-original-partition", (ReadOnlyMemory<byte>)partition),
            new RecordHeader("kafka_dlt-original-offset", (ReadOnlyMemory<byte>)offset),
            new RecordHeader("kafka_dlt-original-consumer-group", "billing"),
            new RecordHeader("kafka_dlt-exception-fqcn", "org.example.BadOrder"),
            new RecordHeader("kafka_dlt-exception-message", "no"),
            new RecordHeader("kafka_dlt-exception-stacktrace", "at org.example"))))!;

        letter.Family.ShouldBe(DeadLetterFamily.Spring);
        letter.Origin.ShouldBe(Origin);
        letter.Group.ShouldBe("billing");
        letter.ExceptionClass.ShouldBe("org.example.BadOrder");
        letter.Message.ShouldBe("no");
        letter.StackTrace.ShouldBe("at org.example");
    }

    [Fact]
    public void Of_several_families_the_one_that_was_written_last_counts()
    {
        Decode(("__connect.errors.exception.message", "old"), ("__dlq.errors.message", "new")).Message.ShouldBe("new");
        Decode(("__dlq.errors.message", "old"), ("__connect.errors.exception.message", "new")).Message.ShouldBe("new");
    }

    [Fact]
    public void A_bare_event_is_named_by_where_it_came_from()
    {
        DeadLetter letter = Decode(("__dlq.errors.topic", "orders"), ("__dlq.errors.partition", "3"), ("__dlq.errors.offset", "77"));

        letter.Event!.Id.ShouldBe("orders-3@77");
        letter.Event.Type.ShouldBe("orders");
    }

    [Theory]
    [InlineData("no/topic", "3", "77")]
    [InlineData("orders", "-1", "77")]
    [InlineData("orders", "99999999999", "77")]
    [InlineData("orders", "three", "77")]
    [InlineData("orders", "3", "99999999999999999999")]
    [InlineData("", "", "")]
    public void An_origin_that_cannot_be_is_none(string topic, string partition, string offset)
    {
        Decode(("__dlq.errors.topic", topic), ("__dlq.errors.partition", partition), ("__dlq.errors.offset", offset)).Origin.ShouldBeNull();
    }

    [Fact]
    public void A_malformed_event_is_a_letter_without_an_event()
    {
        DeadLetter letter = Decode(("ce_specversion", "1.0"), ("__dlq.errors.message", "no id"));

        letter.Event.ShouldBeNull();
        letter.Message.ShouldBe("no id");
    }

    [Theory]
    [InlineData("orders.dlq", true)]
    [InlineData("orders.DLT", true)]
    [InlineData("orders-dlt", true)]
    [InlineData("orders", false)]
    [InlineData(".dlq", false)]
    public void A_record_that_tells_nothing_is_a_letter_where_its_topic_says_so(string topic, bool isLetter)
    {
        DeadLetter? letter = DeadLetterDecoder.Decode(new TopicPartitionOffset(new TopicPartition(topic, 0), 0), new Record(null, "{}"u8.ToArray()));

        (letter is not null).ShouldBe(isLetter);
        (letter?.Family ?? DeadLetterFamily.None).ShouldBe(DeadLetterFamily.None);
    }

    [Fact]
    public void Any_headers_at_all_are_read_or_ignored()
    {
        var random = new Random(3);
        string[] names = [.. DeadLetterHeaders.All.SelectMany(family => new[] { family.Topic, family.Partition, family.Offset, family.Group, family.ExceptionClass, family.DeliveryCount }).Where(name => name.Length > 0)];
        for (int i = 0; i < 5_000; i++)
        {
            RecordHeader[] headers = new RecordHeader[random.Next(8)];
            for (int j = 0; j < headers.Length; j++)
            {
                byte[] value = new byte[random.Next(10)];
                random.NextBytes(value);
                headers[j] = new RecordHeader(names[random.Next(names.Length)], random.Next(10) == 0 ? default(ReadOnlyMemory<byte>?) : value);
            }

            DeadLetterDecoder.Decode(Position, new Record(null, null, RecordHeaders.Create(headers))).ShouldNotBeNull().Position.ShouldBe(Position);
        }
    }

    private static DeadLetter Decode(params (string Name, string Value)[] headers) => DeadLetterDecoder.Decode(
        Position,
        new Record("k"u8.ToArray(), "{}"u8.ToArray(), RecordHeaders.Create([.. headers.Select(header => new RecordHeader(header.Name, header.Value))])))!;
}
