using System.Collections;
using Ganglion.Brokers.Embedded.Commits;

namespace Ganglion.Brokers.Embedded;

/// <summary>Tells where records lie, once their round is done. Offsets are computed when they are asked for.</summary>
internal sealed class PlacedRecords(int count) : IReadOnlyList<TopicPartitionOffset>
{
    private readonly (RoundBatch Batch, int Index)[] _places = new (RoundBatch, int)[count];

    public int Count => _places.Length;

    public TopicPartitionOffset this[int index]
    {
        get
        {
            (RoundBatch batch, int place) = _places[index];
            return new TopicPartitionOffset(batch.Partition.Id, batch.BaseOffset + place);
        }
    }

    public void Place(int record, RoundBatch batch, int index) => _places[record] = (batch, index);

    public IEnumerator<TopicPartitionOffset> GetEnumerator()
    {
        for (int i = 0; i < _places.Length; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
