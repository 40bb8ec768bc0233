using System.Globalization;
using System.Text;
using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Events;

/// <summary>
/// Where a stream over a topic is, as the <c>id:</c> of its messages says it: <c>partition:offset</c> of the last record of every
/// partition, the message's own first, as in <c>2:42,0:17,1:5</c>. So the one id that a client sends back with
/// <c>Last-Event-ID</c> is enough to go on in all partitions, repeating nothing and leaving nothing out.
/// </summary>
internal sealed class StreamPosition(IReadOnlyDictionary<int, long> next)
{
    private readonly SortedDictionary<int, long> _last = new(next.ToDictionary(pair => pair.Key, pair => pair.Value - 1));

    /// <summary>Where a reader is to begin.</summary>
    public IReadOnlyDictionary<TopicPartition, OffsetPosition> ToReader(string topic) => _last.ToDictionary(
        pair => new TopicPartition(topic, pair.Key), pair => OffsetPosition.At(pair.Value + 1));

    public bool Covers(int partition) => _last.ContainsKey(partition);

    /// <summary>A record has been sent.</summary>
    public void Advance(int partition, long offset) => _last[partition] = offset;

    /// <summary>The id of the position; the offset is <c>-1</c> where nothing precedes.</summary>
    public string ToId() => ToId(_last.Keys.First());

    /// <summary>The id of a message of this partition.</summary>
    public string ToId(int own)
    {
        var id = new StringBuilder();
        Append(own);
        foreach (int partition in _last.Keys)
        {
            if (partition != own)
            {
                id.Append(',');
                Append(partition);
            }
        }

        return id.ToString();

        void Append(int partition) => id.Append(CultureInfo.InvariantCulture, $"{partition}:{_last[partition]}");
    }

    /// <summary>Reads an id: the next offset of each partition that it names.</summary>
    public static bool TryParse(string id, out Dictionary<int, long> next)
    {
        next = [];
        foreach (Range range in id.AsSpan().Split(','))
        {
            ReadOnlySpan<char> pair = id.AsSpan(range).Trim();
            int colon = pair.IndexOf(':');
            if (colon < 0
                || !int.TryParse(pair[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
                || !long.TryParse(pair[(colon + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long last)
                || last is < -1 or long.MaxValue
                || !next.TryAdd(partition, last + 1))
            {
                return false;
            }
        }

        return true;
    }
}
