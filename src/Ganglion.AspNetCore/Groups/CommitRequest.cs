using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Groups;

/// <summary>The next offset to read of each partition.</summary>
internal sealed record CommitRequest(IReadOnlyList<CommitOffset?> Offsets)
{
    public IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> ToOffsets()
    {
        var offsets = new Dictionary<TopicPartition, OffsetAndMetadata>();
        foreach ((int index, CommitOffset? offset) in Offsets.Index())
        {
            if (offset is not { Partition: >= 0, Offset: >= 0 })
            {
                throw new ApiException("request-malformed", $"The body is not as expected: $.offsets[{index}] needs a topic, and a partition and an offset from 0.");
            }

            offsets[new TopicPartition(offset.Topic, offset.Partition)] = new OffsetAndMetadata(offset.Offset);
        }

        return offsets;
    }
}

/// <summary>Where to go on in a partition.</summary>
internal sealed record CommitOffset(string Topic, int Partition, long Offset);
