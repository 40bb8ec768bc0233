namespace Dealership;

/// <summary>The names of the channels that code publishes to and reads, and of the topics to which routes map them.</summary>
internal static class Channels
{
    public const string Messages = "user.messages";
    public const string MessagesRaw = "user.messages.raw";
    public const string MessagesCleaned = "user.messages.cleaned";

    /// <summary>What the programs of customers ask, which have paid for it more or less.</summary>
    public const string Requests = "agent.requests";

    public const string Responses = "agent.responses";
    public const string ResponsesRaw = "agent.responses.raw";
    public const string ResponsesPending = "agent.responses.pending_approval";

    /// <summary>What visitors get to read.</summary>
    public const string ResponsesFinal = "agent.responses.final";

    /// <summary>Who comes first is first.</summary>
    public static readonly string[] Tiers = ["enterprise", "pro", "free"];

    /// <summary>Everything that becomes of a message, in the order in which it can.</summary>
    public static readonly string[] Chat =
    [
        MessagesRaw, "user.messages.raw.dlq", "user.messages.flagged", MessagesCleaned, "user.messages.cleaned.dlq",
        Requests, .. Tiers.Select(LaneOf),
        ResponsesRaw, "agent.responses.flagged", ResponsesPending, Approvals, "agent.responses.approved", ResponsesFinal,
    ];

    /// <summary>Where the requests of a tier wait.</summary>
    public static string LaneOf(string tier) => $"{Requests}.{tier}";

    /// <summary>Ganglion's own: what people have done to routes, agents and approvals.</summary>
    public const string Routes = "ganglion.routes";
    public const string Pauses = "ganglion.pauses";
    public const string Approvals = "ganglion.approvals";
}
