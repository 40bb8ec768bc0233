using System.Net;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;
using Microsoft.Extensions.Logging;

namespace Ganglion.Brokers.Listener;

/// <summary>What requests are about.</summary>
/// <param name="Broker">The broker behind the listener, the only one of its cluster.</param>
/// <param name="Transactions">The producers and their transactions.</param>
/// <param name="Groups">The groups, as those see them who come over a socket.</param>
/// <param name="Address">Where clients are told to connect to.</param>
/// <param name="Logger">Where operators are told what clients cannot mend.</param>
internal sealed record ListenerContext(
    EmbeddedBroker Broker, TransactionCoordinator Transactions, ClientGroups Groups, DnsEndPoint Address, ILogger Logger)
{
    /// <summary>Told of topics of agents that clients change.</summary>
    public AgentTopicChanges AgentTopics { get; } = new(Broker, Logger);

    /// <summary>The id of the only broker of the cluster.</summary>
    public const int NodeId = 0;

    /// <summary>What clients know the cluster by.</summary>
    public const string ClusterId = "ganglion";

    /// <summary>The epoch of the leader of every partition, who never changes.</summary>
    public const int LeaderEpoch = 0;

    /// <summary>Whether there can be a leader in an epoch that a client takes for the present one; -1 if it knows none (KIP-320).</summary>
    public static ErrorCode CheckEpoch(int epoch) => epoch switch
    {
        -1 or LeaderEpoch => ErrorCode.None,
        > LeaderEpoch => ErrorCode.UnknownLeaderEpoch,
        _ => ErrorCode.FencedLeaderEpoch,
    };

    /// <summary>What is said where a client asks what it may do (KIP-430).</summary>
    public const int AuthorizedOperationsUnknown = int.MinValue;
}
