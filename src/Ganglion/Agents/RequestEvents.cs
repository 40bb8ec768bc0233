using System.Text;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Journal;

namespace Ganglion.Agents;

/// <summary>
/// The events by which agents call each other. A request lies in the callee's inbox and says in <see cref="ReplyTo"/> who asks; the reply
/// goes to the inbox that this names.
/// </summary>
internal static class RequestEvents
{
    /// <summary>The extension of a request that holds the <see cref="RequestId"/> to be answered.</summary>
    public const string ReplyTo = "replyto";

    /// <summary>The type of a reply.</summary>
    public const string Replied = "agent_replied";

    /// <summary>The type of a reply that tells why there is none.</summary>
    public const string Failed = "agent_request_failed";

    /// <summary>The type of the event by which a caller gives up.</summary>
    public const string Cancelled = "agent_request_cancelled";

    private const string CancelsHeader = "__cancels";

    /// <summary>Whether an event is to be replied to.</summary>
    public static bool TryGetReplyTo(CloudEvent request, out RequestId address) =>
        RequestId.TryParse(request.Extensions.GetValueOrDefault(ReplyTo), out address) && TopicName.IsValid(Inbox.TopicOf(address.Agent));

    /// <summary>The record of a reply.</summary>
    public static ProducerRecord ToRecord(CloudEvent reply, RequestId address)
    {
        var headers = new RecordHeadersBuilder(EventCodec.EstimateHeaders(reply, default) + 64);
        address.Operation.AddTo(ref headers);
        Record record = EventCodec.Encode(reply, null, default, ref headers);
        return new ProducerRecord(Inbox.TopicOf(address.Agent), record, address.Partition);
    }

    /// <summary>The record by which a caller gives up.</summary>
    /// <param name="cancelled">The event.</param>
    /// <param name="callee">Who was called.</param>
    /// <param name="invocation">What the callee's invocation is called.</param>
    public static ProducerRecord ToCancellation(CloudEvent cancelled, AgentId callee, InvocationId invocation)
    {
        Record record = EventCodec.Encode(cancelled, Encoding.UTF8.GetBytes(callee.Key));
        return new ProducerRecord(
            Inbox.TopicOf(callee.Type.Name),
            record with { Headers = record.Headers.With(new RecordHeader(CancelsHeader, invocation.ToString())) });
    }

    /// <summary>Which invocation a record cancels.</summary>
    public static bool TryReadCancellation(in Record record, out InvocationId invocation)
    {
        invocation = default;
        return record.Headers is { Count: > 0 } headers
            && headers.TryGet("__cancels"u8, out ReadOnlyMemory<byte> text)
            && InvocationId.TryParse(Encoding.UTF8.GetString(text.Span), out invocation);
    }

    /// <summary>What went wrong, as the data of an event.</summary>
    public static CloudEvent WithFailure(CloudEvent @event, Failure failure) => @event with
    {
        Type = Failed,
        DataContentType = MediaType.Json,
        Data = JsonSerializer.SerializeToUtf8Bytes(failure, FailureJson.Default.Failure),
    };

    /// <summary>Reads what <see cref="WithFailure"/> writes; whatever else it is, it is a failure.</summary>
    public static Failure ReadFailure(CloudEvent @event)
    {
        try
        {
            if (@event.Data is { } data && JsonSerializer.Deserialize(data.Span, FailureJson.Default.Failure) is { Type: not null, Message: not null } failure)
            {
                return failure;
            }
        }
        catch (JsonException)
        {
        }

        return new Failure("unknown", "It was not told why.");
    }

    /// <summary>What a caller gets whose request has failed.</summary>
    /// <param name="name">What was asked of whom.</param>
    /// <param name="failure">What went wrong.</param>
    public static Exception ToException(string name, Failure failure) => failure.Type switch
    {
        Failure.Timeout => new RequestTimeoutException($"Nobody has answered '{name}' in time."),
        Failure.Cancelled => new RequestCancelledException($"The waiting for an answer to '{name}' was cancelled."),
        Failure.Undeliverable => new UndeliverableException($"'{name}' cannot be delivered: {failure.Message}"),
        _ => new RequestFailedException(name, failure.Type, failure.Code, failure.Message),
    };
}
