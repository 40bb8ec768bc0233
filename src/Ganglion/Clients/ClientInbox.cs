using Ganglion.Agents;
using Ganglion.Brokers;

namespace Ganglion.Clients;

/// <summary>
/// The topic in which the replies to those lie who are no agents. Each process reads one of its partitions from where it ends: who is gone
/// needs no reply any more.
/// </summary>
internal static class ClientInbox
{
    /// <summary>Who asks, as a request tells it.</summary>
    public const string Owner = "ganglion.clients";

    /// <summary>How the topic is made. Replies are read at once, so that they need not be kept for long.</summary>
    public static TopicSettings Settings { get; } = new()
    {
        Partitions = 8,
        Cleanup = CleanupPolicy.Delete,
        Retention = TimeSpan.FromHours(1),
        SegmentBytes = 16 * 1024 * 1024,
    };

    public static string Topic { get; } = Inbox.TopicOf(Owner);
}
