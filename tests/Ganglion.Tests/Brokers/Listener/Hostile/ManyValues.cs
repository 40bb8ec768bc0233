namespace Ganglion.Tests.Brokers.Listener.Hostile;

/// <summary>As many items as there is room for, each with as little in it as can be.</summary>
/// <param name="topicId">The id of a topic.</param>
/// <param name="count">How many.</param>
/// <param name="depth">In how many lists lies the one that is long.</param>
/// <param name="name">What topics, groups and all else are called.</param>
internal sealed class ManyValues(Guid topicId, int count, int depth, string name) : IRequestValues
{
    public int Count(string list, int level) => level < depth ? 1 : level == depth ? count : 0;

    public Guid Id(string field) => field == "id" ? topicId : Guid.Empty;

    public string? Text(string field) => name;

    public long Number(string field) => field switch
    {
        "acks" => -1,
        "timeout" or "rebalance" or "expiry" => 10_000,
        "kind" => 2,
        "max" => 1,
        "validates" => 1,
        _ => 0,
    };

    public ReadOnlyMemory<byte> Bytes(string field) => default;

    public ReadOnlyMemory<byte> Records() => default;
}
