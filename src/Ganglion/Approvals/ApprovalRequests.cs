using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Approvals;

/// <summary>Makes the records by which an event is held up until a person has agreed, for whoever writes them in an atomic commit of his own.</summary>
public static class ApprovalRequests
{
    /// <summary>The channel of requests.</summary>
    public const string Channel = "ganglion.approvals.requests";

    /// <summary>The type of its events.</summary>
    public const string Requested = "approval.requested";

    /// <summary>The attribute of an approved event that names the stage which had held it up.</summary>
    public const string StageAttribute = "approvalstage";

    /// <summary>What a queue's topic is called.</summary>
    /// <param name="queue">The queue.</param>
    public static string PendingTopicOf(string queue) => $"{queue}.pending_approval";

    /// <summary>
    /// The id of an event's approval: the same whenever it is asked for, so that whoever holds up an event a second time, after a crash, asks no
    /// second time.
    /// </summary>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="stage">What holds it up; another stage's approval is another one.</param>
    public static string IdOf(CloudEvent cloudEvent, string? stage)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        byte[] whole = SHA256.HashData(Encoding.UTF8.GetBytes($"{cloudEvent.Source}\n{cloudEvent.Id}\n{stage}"));
        return Convert.ToHexStringLower(whole.AsSpan(0, 16));
    }

    /// <summary>
    /// Makes the two records: the request, and the event itself, unchanged, for the topic of its queue, where others can see it.
    /// </summary>
    /// <param name="request">The request. What the queue's topic gets is its event with its key.</param>
    /// <param name="source">The source of the request's event: who has held it up.</param>
    /// <param name="timeProvider">Tells its time.</param>
    /// <param name="held">The record of the event, byte for byte, for the topic of its queue. Default: made of the event and its key.</param>
    public static IReadOnlyList<ProducerRecord> Create(ApprovalRequest request, string source, TimeProvider timeProvider, Record? held = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(timeProvider);
        CloudEvent cause = request.Event;
        var asked = new CloudEvent
        {
            Id = request.Id,
            Source = source,
            Type = Requested,
            Subject = request.Id,
            Time = timeProvider.GetUtcNow(),
            CorrelationId = cause.CorrelationId ?? cause.Id,
            CausationId = cause.Id,
            SessionId = cause.SessionId,
            TraceParent = cause.TraceParent,
            TraceState = cause.TraceState,
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToUtf8Bytes(request, ApprovalJson.Wire.ApprovalRequest),
        };
        return
        [
            new ProducerRecord(PendingTopicOf(request.Queue), held ?? EventCodec.Encode(cause, request.Key)),
            new ProducerRecord(Channel, EventCodec.Encode(asked, Encoding.UTF8.GetBytes(request.Id))),
        ];
    }

    /// <summary>Reads a request.</summary>
    /// <exception cref="ApprovalException">It is none (<c>approval-request-malformed</c>).</exception>
    internal static ApprovalRequest Read(CloudEvent asked)
    {
        ApprovalRequest? request;
        try
        {
            request = JsonSerializer.Deserialize((asked.Data ?? default).Span, ApprovalJson.Wire.ApprovalRequest);
        }
        catch (Exception exception) when (exception is JsonException or EventFormatException or ArgumentException)
        {
            throw new ApprovalException("approval-request-malformed", $"The request {asked.Id} cannot be read: {exception.Message}", exception);
        }

        return request is null ? throw Malformed(asked, "it is null")
            : !IsName(request.Id) ? throw Malformed(asked, "its id is not 1 to 100 of the characters a-z A-Z 0-9 . _ -")
            : !IsName(request.Queue) ? throw Malformed(asked, $"'{request.Queue}' cannot be a queue")
            : !TopicName.IsValid(request.ApprovedTopic) ? throw Malformed(asked, $"'{request.ApprovedTopic}' can be no topic")
            : request.Fallback is { } fallback && !TopicName.IsValid(fallback.Topic) ? throw Malformed(asked, $"'{fallback.Topic}' can be no topic")
            : request;
    }

    /// <summary>Whether a text can name an approval or a queue.</summary>
    internal static bool IsName(string? name) => name is not null && TopicName.IsValid(name, 100);

    private static ApprovalException Malformed(CloudEvent asked, string fault) =>
        new("approval-request-malformed", $"The request {asked.Id} cannot be taken up: {fault}.");
}
