using System.Text;

namespace Ganglion.Tests.Brokers.Listener.Hostile;

/// <summary>What fits into the fields and makes no sense. Topics are those that are there, or have no name that a topic can have.</summary>
internal sealed class WildValues(Guid topicId, Random random, bool isFlexible) : IRequestValues
{
    private static readonly string[] Names = [PlausibleValues.Topic, PlausibleValues.Topic, "__consumer_offsets", "", "a/b", "\0", "\ud83e\udd80", new('x', short.MaxValue)];

    private static readonly long[] Numbers =
    [
        0, 1, 2, 5, -1, -2, -3, -4, sbyte.MaxValue, sbyte.MinValue, short.MaxValue, short.MinValue, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue,
        DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() + 1, 1_000_000,
    ];

    private static readonly string[] Settings = ["retention.ms", "retention.bytes", "segment.bytes", "max.message.bytes", "cleanup.policy", "min.compaction.lag.ms", "x"];

    public int Count(string name, int depth) => random.Next(4);

    public Guid Id(string name) => name == "id" && random.Next(2) == 0 ? topicId : Guid.Empty;

    public string? Text(string name) => name switch
    {
        "key" or "keys" => Pick(Settings),
        "value" => random.Next(3) == 0 ? Pick(Names) : $"{Pick(Numbers)}",
        "gone" or "topics" => Pick(Names[2..]),
        _ when isFlexible && random.Next(5) == 0 => new string('y', 100_000),
        _ => Pick(Names),
    };

    // No fetch waits: whoever goes meanwhile is not missed before its end.
    public long Number(string name) => name switch
    {
        "wait" => 0,
        "validates" => 1,
        _ => Pick(Numbers),
    };

    public ReadOnlyMemory<byte> Bytes(string name) => Encoding.UTF8.GetBytes(PlausibleValues.Content).AsMemory(random.Next(4));

    public ReadOnlyMemory<byte> Records() => ProducedBatches.Encode(
        Pick(Numbers), (short)Pick(Numbers), (int)Pick(Numbers), [PlausibleValues.Content], isTransactional: random.Next(2) == 0, now: 1);

    private T Pick<T>(T[] among) => among[random.Next(among.Length)];
}
