using System.Text;
using System.Text.Unicode;
using Ganglion.AspNetCore.Problems;
using Ganglion.AspNetCore.Records;
using Ganglion.Brokers;
using Ganglion.DeadLetters;

namespace Ganglion.AspNetCore.DeadLetters;

/// <summary>A page of dead letters.</summary>
internal sealed record DeadLetterList(IReadOnlyList<DeadLetterView> Letters)
{
    /// <summary>Where the next page begins; none: there are no more.</summary>
    public string? Next { get; init; }

    /// <summary>What ended the page early and cannot be read.</summary>
    public Problem? Problem { get; init; }

    public static DeadLetterList Of(DeadLetterPage page) => new([.. page.Letters.Select(DeadLetterView.Of)])
    {
        Next = page.Next?.ToString(),
        Problem = page.Damage is null ? null : Problem.Of(page.Damage),
    };
}

/// <summary>A dead letter as lists show it. Its id is its position: topic, partition and offset.</summary>
internal sealed record DeadLetterView(string Id, DateTimeOffset Timestamp, string Headers)
{
    public PositionView? Origin { get; init; }

    public string? Group { get; init; }

    public int? DeliveryCount { get; init; }

    public string? ExceptionClass { get; init; }

    public string? Message { get; init; }

    public string? Key { get; init; }

    public byte[]? KeyBase64 { get; init; }

    public string? EventId { get; init; }

    public string? EventType { get; init; }

    public long? OmittedBytes { get; init; }

    public bool IsDecided { get; init; }

    public DecisionView? Decision { get; init; }

    public static DeadLetterView Of(DeadLetter letter)
    {
        bool isText = letter.Record.Key is { } bytes && Utf8.IsValid(bytes.Span);
        return new(letter.Position.ToString(), letter.Record.Timestamp, HeadersOf(letter.Family))
        {
            Origin = letter.Origin is { } origin ? ViewOf(origin) : null,
            Group = letter.Group,
            DeliveryCount = letter.DeliveryCount,
            ExceptionClass = letter.ExceptionClass,
            Message = letter.Message,
            Key = isText ? Encoding.UTF8.GetString(letter.Record.Key!.Value.Span) : null,
            KeyBase64 = isText ? null : letter.Record.Key?.ToArray(),
            EventId = letter.Event?.Id,
            EventType = letter.Event?.Type,
            OmittedBytes = letter.OmittedBytes,
            IsDecided = letter.IsDecided,
            Decision = letter.Decision is { } decision ? DecisionView.Of(decision) : null,
        };
    }

    public static PositionView ViewOf(TopicPartitionOffset position) => new(position.Partition.Topic, position.Partition.Partition, position.Offset);

    private static string HeadersOf(DeadLetterFamily family) => family switch
    {
        DeadLetterFamily.Kafka => "kafka",
        DeadLetterFamily.KafkaStreams => "kafka-streams",
        DeadLetterFamily.KafkaConnect => "kafka-connect",
        DeadLetterFamily.Spring => "spring",
        _ => "none",
    };
}

/// <summary>What was decided about a dead letter.</summary>
internal sealed record DecisionView(string Kind, DateTimeOffset At)
{
    public string? By { get; init; }

    public string? Reason { get; init; }

    public string? To { get; init; }

    public bool IsEdited { get; init; }

    public static DecisionView Of(DeadLetterDecision decision) =>
        new(decision.Kind == DeadLetterDecisionKind.Redriven ? "redriven" : "discarded", decision.At)
        {
            By = decision.By,
            Reason = decision.Reason,
            To = decision.To,
            IsEdited = decision.IsEdited,
        };
}
