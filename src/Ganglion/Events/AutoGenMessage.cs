namespace Ganglion.Events;

/// <summary>
/// What AutoGen's runtimes, in .NET and in Python, say of a message by the attributes of its event: who has sent it, to which topic, and
/// which request it belongs to.
/// </summary>
/// <remarks>
/// The names are those of AutoGen's gRPC runtimes; topics such as <c>reviewer:rpc_response=42</c> are those of its document "Topics". The event
/// itself stays as it is: these are its attributes under other names.
/// </remarks>
public sealed record AutoGenMessage
{
    private const string KindAttribute = "agmsgkind";
    private const string SenderTypeAttribute = "agagentsendertype";
    private const string SenderKeyAttribute = "agagentsenderkey";

    // What AutoGen for Python writes where no agent has sent it.
    private const string Nobody = "unknown";

    private AutoGenMessage(CloudEvent cloudEvent)
    {
        TopicType = cloudEvent.Type;
        TopicSource = cloudEvent.Source;
        DataType = cloudEvent.DataSchema;
    }

    /// <summary>What kind of message it is: as it says itself, else as its topic says, else <see cref="AutoGenMessageKind.Publish"/>.</summary>
    public AutoGenMessageKind Kind { get; private init; }

    /// <summary>The type of the topic that it was published to: the event's <see cref="CloudEvent.Type"/>.</summary>
    public string TopicType { get; }

    /// <summary>The source of that topic, which is the key of the agents that are to handle it: the event's <see cref="CloudEvent.Source"/>.</summary>
    public string TopicSource { get; }

    /// <summary>The type of the agent that has sent it; <see langword="null"/> if no agent has.</summary>
    public string? SenderType { get; private init; }

    /// <summary>The key of the agent that has sent it; <see langword="null"/> if no agent has.</summary>
    public string? SenderKey { get; private init; }

    /// <summary>The name of the message's type, if it says so: the event's <see cref="CloudEvent.DataSchema"/>.</summary>
    public string? DataType { get; }

    /// <summary>
    /// The request: of a request its own id, of a response and of an error that of the request which it answers;
    /// <see langword="null"/> for all else, and where the topic does not tell.
    /// </summary>
    public string? RequestId { get; private init; }

    /// <summary>The type of the agent to which the response to a request goes; <see langword="null"/> for all else, and where the topic does not tell.</summary>
    public string? Requester { get; private init; }

    /// <summary>Reads what an event says as a message of AutoGen's.</summary>
    /// <param name="cloudEvent">The event, however it was encoded.</param>
    /// <returns><see langword="null"/> if it has neither of AutoGen's attributes.</returns>
    public static AutoGenMessage? Read(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        if (cloudEvent.CheckedExtensions is not { } extensions
            || !(extensions.ContainsKey(KindAttribute) || extensions.ContainsKey(SenderTypeAttribute)))
        {
            return null;
        }

        // <agent>:<kind>=<request or requester>
        int colon = cloudEvent.Type.IndexOf(':', StringComparison.Ordinal);
        string suffix = colon < 0 ? "" : cloudEvent.Type[(colon + 1)..];
        int equals = suffix.IndexOf('=', StringComparison.Ordinal);
        string? about = equals < 0 || equals == suffix.Length - 1 ? null : suffix[(equals + 1)..];
        AutoGenMessageKind kind = KindOf(extensions.GetValueOrDefault(KindAttribute))
            ?? KindOf(equals < 0 ? suffix : suffix[..equals])
            ?? AutoGenMessageKind.Publish;
        bool hasSender = extensions.TryGetValue(SenderTypeAttribute, out string? type)
            & extensions.TryGetValue(SenderKeyAttribute, out string? key)
            && (type, key) != (Nobody, Nobody);
        return new AutoGenMessage(cloudEvent)
        {
            Kind = kind,
            SenderType = hasSender ? type : null,
            SenderKey = hasSender ? key : null,
            RequestId = kind switch
            {
                AutoGenMessageKind.Request => cloudEvent.Id,
                AutoGenMessageKind.Response or AutoGenMessageKind.Error => about,
                _ => null,
            },
            Requester = kind == AutoGenMessageKind.Request ? about : null,
        };
    }

    private static AutoGenMessageKind? KindOf(string? name) => name switch
    {
        "publish" => AutoGenMessageKind.Publish,
        "rpc_request" => AutoGenMessageKind.Request,
        "rpc_response" => AutoGenMessageKind.Response,
        "error" => AutoGenMessageKind.Error,
        _ => null,
    };
}
