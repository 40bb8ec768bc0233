using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// Single appends that share a batch and wait for their offsets: a source of as many <see cref="ValueTask{TResult}"/> as it has
/// places, so that an append costs no object of its own. A place is waited for once, as with every such source.
/// </summary>
internal sealed class Acknowledgements(RoundBatch batch, int capacity) : IValueTaskSource<TopicPartitionOffset>
{
    /// <summary>What a <see cref="ValueTask{TResult}"/>'s token can tell apart, and little enough to be allocated in vain.</summary>
    private const int MaxPlaces = 256;

    private readonly ManualResetValueTaskSourceCore<TopicPartitionOffset>[] _places =
        new ManualResetValueTaskSourceCore<TopicPartitionOffset>[Math.Clamp(capacity, 4, MaxPlaces)];

    private int _first;
    private int _count;

    /// <summary>Those who came after this was full.</summary>
    public Acknowledgements? Next { get; private set; }

    /// <summary>Takes a place. Guarded by the committer's lock.</summary>
    /// <param name="index">The record's place in its batch; one more than that of the last call.</param>
    /// <param name="last">Where the next one takes its place.</param>
    public ValueTask<TopicPartitionOffset> Add(int index, out Acknowledgements last)
    {
        if (_count == _places.Length)
        {
            Next = new Acknowledgements(batch, _count * 2);
            return Next.Add(index, out last);
        }

        if (_count == 0)
        {
            _first = index;
        }

        last = this;
        _places[_count].RunContinuationsAsynchronously = true;
        return new ValueTask<TopicPartitionOffset>(this, (short)_count++);
    }

    /// <summary>Tells everybody the offset, or what went wrong.</summary>
    public void Complete(Exception? exception)
    {
        for (int i = 0; i < _count; i++)
        {
            try
            {
                if (exception is null)
                {
                    _places[i].SetResult(new TopicPartitionOffset(batch.Partition.Id, batch.BaseOffset + _first + i));
                }
                else
                {
                    _places[i].SetException(exception);
                }
            }
            catch (Exception)
            {
                // The synchronisation context of one who waits does not take its continuation. It concerns nobody else.
            }
        }
    }

    TopicPartitionOffset IValueTaskSource<TopicPartitionOffset>.GetResult(short token) => Place(token).GetResult(0);

    ValueTaskSourceStatus IValueTaskSource<TopicPartitionOffset>.GetStatus(short token) => Place(token).GetStatus(0);

    void IValueTaskSource<TopicPartitionOffset>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        Place(token).OnCompleted(continuation, state, 0, flags);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref ManualResetValueTaskSourceCore<TopicPartitionOffset> Place(short token) => ref _places[token];
}
