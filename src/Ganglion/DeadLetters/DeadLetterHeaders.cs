using System.Text;

namespace Ganglion.DeadLetters;

/// <summary>The names of a family's headers. A family that does not tell something has an empty name for it.</summary>
internal sealed record DeadLetterHeaders(DeadLetterFamily Family, string Prefix)
{
    /// <summary>Those that Ganglion writes. KIP-1191 knows neither the exception nor what is an agent's.</summary>
    public static DeadLetterHeaders Kafka { get; } = new(DeadLetterFamily.Kafka, "__dlq.errors.")
    {
        Topic = "topic",
        Partition = "partition",
        Offset = "offset",
        Group = "group",
        DeliveryCount = "delivery.count",
        ExceptionClass = "exception.class.name",
        Message = "message",
        StackTrace = "exception.stacktrace",
        Channel = "channel",
        InboxPartition = "inbox.partition",
        OmittedValue = "value.omitted",
    };

    /// <summary>All families.</summary>
    public static IReadOnlyList<DeadLetterHeaders> All { get; } =
    [
        Kafka,
        new(DeadLetterFamily.KafkaStreams, "__streams.errors.")
        {
            Topic = "topic",
            Partition = "partition",
            Offset = "offset",
            ExceptionClass = "exception",
            Message = "message",
            StackTrace = "stacktrace",
        },
        new(DeadLetterFamily.KafkaConnect, "__connect.errors.")
        {
            Topic = "topic",
            Partition = "partition",
            Offset = "offset",
            Group = "connector.name",
            ExceptionClass = "exception.class.name",
            Message = "exception.message",
            StackTrace = "exception.stacktrace",
        },
        new(DeadLetterFamily.Spring, "kafka_dlt-")
        {
            Topic = "original-topic",
            Partition = "original-partition",
            Offset = "original-offset",
            Group = "original-consumer-group",
            ExceptionClass = "exception-fqcn",
            Message = "exception-message",
            StackTrace = "exception-stacktrace",
        },
    ];

    /// <summary>What else such a record may carry that was not there when it was first published.</summary>
    public static IReadOnlyList<string> Companions { get; } = ["springDeserializerException", "retry_topic-"];

    public string Topic { get; init => field = Prefix + value; } = "";

    public string Partition { get; init => field = Prefix + value; } = "";

    public string Offset { get; init => field = Prefix + value; } = "";

    public string Group { get; init => field = Prefix + value; } = "";

    public string DeliveryCount { get; init => field = Prefix + value; } = "";

    public string ExceptionClass { get; init => field = Prefix + value; } = "";

    public string Message { get; init => field = Prefix + value; } = "";

    public string StackTrace { get; init => field = Prefix + value; } = "";

    /// <summary>The channel whose handler failed.</summary>
    public string Channel { get; init => field = Prefix + value; } = "";

    /// <summary>The partition of the agent's inbox in which it was read, if it was.</summary>
    public string InboxPartition { get; init => field = Prefix + value; } = "";

    /// <summary>How many bytes the value had, where it was too large to be parked.</summary>
    public string OmittedValue { get; init => field = Prefix + value; } = "";

    /// <summary>What the names begin with, in UTF-8.</summary>
    public byte[] PrefixUtf8 { get; } = Encoding.UTF8.GetBytes(Prefix);
}
