using System.Text;

namespace Ganglion.Tests.Brokers.Listener.Hostile;

/// <summary>What a client would send that means it. Groups are new with each request: no member waits for another.</summary>
internal sealed class PlausibleValues(Guid topicId) : IRequestValues
{
    /// <summary>The topic that is written and read.</summary>
    public const string Topic = "hostile";

    /// <summary>What records hold, and whatever else is the client's own business: none of it is to be in a log.</summary>
    public const string Content = "the content";

    private static int _groups;

    public int Count(string name, int depth) => 1;

    public Guid Id(string name) => name == "id" ? topicId : Guid.Empty;

    public string? Text(string name) => name switch
    {
        "name" => Topic,
        "made" => "made",
        "gone" or "topics" => "gone",
        "group" or "groups" => $"group {Interlocked.Increment(ref _groups)}",
        "instance" => null,
        "txn" => "transaction",
        "key" or "keys" => "retention.ms",
        "value" => "1000",
        "member" => "",
        _ => Content,
    };

    public long Number(string name) => name switch
    {
        "acks" or "replica" or "leader" or "current" or "last" or "generation" or "round" or "producer" or "epoch" or "time" => -1,
        "max" => 1024 * 1024,
        "session" => 0,
        "timeout" or "rebalance" or "expiry" => 10_000,
        "kind" => 2,
        "validates" or "endpoint" => 1,
        "count" => 3,
        _ => 0,
    };

    public ReadOnlyMemory<byte> Bytes(string name) => Encoding.UTF8.GetBytes(Content);

    public ReadOnlyMemory<byte> Records() => ProducedBatches.Encode(id: -1, epoch: -1, sequence: -1, [Content, Content], isTransactional: false);
}
