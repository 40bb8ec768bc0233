using System.Collections.Concurrent;
using Ganglion.Brokers;

namespace Ganglion.Runtime.Commits;

/// <summary>
/// Which topics are known to exist, with how many partitions, and how large a record each takes for certain: what keeps to that, the
/// broker will not refuse.
/// </summary>
internal sealed class KnownTopics(ITopicAdministration topics)
{
    // Brokers differ in how much one commit may hold, but so much each takes.
    private const int CertainBytes = 16 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, (int Bytes, int Partitions)> _known = new(StringComparer.Ordinal);

    /// <summary>Whether the broker will certainly accept records.</summary>
    public bool Accept(List<ProducerRecord> records)
    {
        long bytes = 0;
        foreach (ProducerRecord record in records)
        {
            int own = record.Record.SizeOf();
            bytes += own;
            if (!_known.TryGetValue(record.Topic, out (int Bytes, int Partitions) known)
                || own > known.Bytes
                || record.Partition >= known.Partitions)
            {
                return false;
            }
        }

        return bytes <= CertainBytes;
    }

    /// <summary>Whether there is such a topic.</summary>
    public async ValueTask<bool> ExistsAsync(string topic, CancellationToken cancellationToken) =>
        _known.ContainsKey(topic) || await topics.FindAsync(topic, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Looks topics up that are not known yet.</summary>
    public async ValueTask LearnAsync(List<ProducerRecord> records, CancellationToken cancellationToken)
    {
        foreach (ProducerRecord record in records)
        {
            if (!_known.ContainsKey(record.Topic)
                && await topics.FindAsync(record.Topic, cancellationToken).ConfigureAwait(false) is { Settings.MaxMessageBytes: { } most } found)
            {
                // Half of the limit leaves room for whatever the broker adds.
                _known[record.Topic] = (most / 2, found.Partitions.Count);
            }
        }
    }
}
