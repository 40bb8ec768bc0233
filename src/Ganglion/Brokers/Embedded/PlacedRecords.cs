using System.Collections;
using Ganglion.Brokers.Embedded.Commits;

namespace Ganglion.Brokers.Embedded;

/// <summary>
/// Tells where records lie, once their round is done. Offsets are computed when they are first asked for; from then on the batches
/// can be forgotten.
/// </summary>
internal sealed class PlacedRecords(int count) : IReadOnlyList<TopicPartitionOffset>
{
    private readonly Lock _resolving = new();
    private (RoundBatch Batch, int Index)[] _places = new (RoundBatch, int)[count];
    private TopicPartitionOffset[]? _resolved;

    public int Count { get; } = count;

    public TopicPartitionOffset this[int index] => Resolve()[index];

    public void Place(int record, RoundBatch batch, int index) => _places[record] = (batch, index);

    public IEnumerator<TopicPartitionOffset> GetEnumerator() => Resolve().AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private TopicPartitionOffset[] Resolve()
    {
        if (Volatile.Read(ref _resolved) is { } resolved)
        {
            return resolved;
        }

        lock (_resolving)
        {
            _resolved ??= Array.ConvertAll(
                _places, place => new TopicPartitionOffset(place.Batch.Partition.Id, place.Batch.BaseOffset + place.Index));
            _places = [];
            return _resolved;
        }
    }
}
