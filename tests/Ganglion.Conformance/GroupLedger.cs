namespace Ganglion.Conformance;

/// <summary>
/// What the members of a group were told and what they read, in one place: keeps an eye on every partition having one owner at a
/// time, and lets a test wait for a state of affairs.
/// </summary>
public sealed class GroupLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TopicPartition, ReadingMember> _owners = [];
    private readonly Dictionary<TopicPartition, OffsetAndMetadata?> _committed = [];
    private readonly List<(ReadingMember Member, TopicPartition Partition, ConsumedRecord Record)> _records = [];
    private readonly List<string> _happenings = [];
    private readonly List<string> _faults = [];
    private TaskCompletionSource _pulse = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _crash;

    /// <summary>Who has what, as far as the listeners were told.</summary>
    public IReadOnlyDictionary<TopicPartition, ReadingMember> Owners => Look(() => new Dictionary<TopicPartition, ReadingMember>(_owners));

    /// <summary>What came with the last assignment of each partition.</summary>
    public IReadOnlyDictionary<TopicPartition, OffsetAndMetadata?> Committed => Look(() => new Dictionary<TopicPartition, OffsetAndMetadata?>(_committed));

    /// <summary>Everything that was read, in the order of its arrival.</summary>
    public IReadOnlyList<(ReadingMember Member, TopicPartition Partition, ConsumedRecord Record)> Records => Look(() => _records.ToArray());

    /// <summary>What the listeners were told and what tests have noted, in order: <c>a assigned t-0</c>.</summary>
    public IReadOnlyList<string> Happenings => Look(() => _happenings.ToArray());

    /// <summary>Where the promises were broken.</summary>
    public IReadOnlyList<string> Faults => Look(() => _faults.ToArray());

    /// <summary>The partitions of a member, sorted.</summary>
    public IReadOnlyList<TopicPartition> OwnedBy(ReadingMember member) =>
        Look(() => _owners.Where(entry => entry.Value == member).Select(entry => entry.Key).Order().ToArray());

    /// <summary>Waits until something holds; fails when a member's loop fails.</summary>
    public async Task UntilAsync(Func<bool> holds, CancellationToken deadline)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_crash is not null)
                {
                    throw new InvalidOperationException("The loop of a member failed.", _crash);
                }

                if (holds())
                {
                    return;
                }

                changed = _pulse.Task;
            }

            try
            {
                await changed.WaitAsync(deadline);
            }
            catch (OperationCanceledException cancelled)
            {
                throw new TimeoutException(
                    $"Waited in vain. What happened: {string.Join("; ", Happenings)}. Records read: {Records.Count}.", cancelled);
            }
        }
    }

    /// <summary>Notes something for the order of events.</summary>
    public void Note(string happening) => Change(() => _happenings.Add(happening));

    internal void Assign(ReadingMember member, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata?> partitions) => Change(() =>
    {
        foreach ((TopicPartition partition, OffsetAndMetadata? committed) in partitions)
        {
            _happenings.Add($"{member.Name} assigned {partition}");
            _committed[partition] = committed;
            if (!_owners.TryAdd(partition, member))
            {
                _faults.Add($"{partition} was given to {member.Name} while {_owners[partition].Name} had it");
                _owners[partition] = member;
            }
        }
    });

    internal void Take(ReadingMember member, IReadOnlyCollection<TopicPartition> partitions, string how) => Change(() =>
    {
        foreach (TopicPartition partition in partitions)
        {
            _happenings.Add($"{member.Name} {how} {partition}");
            if (_owners.GetValueOrDefault(partition) == member)
            {
                _owners.Remove(partition);
            }
        }
    });

    internal void Read(ReadingMember member, ConsumedBatch batch) => Change(() =>
    {
        if (_owners.GetValueOrDefault(batch.Partition) != member)
        {
            _faults.Add($"{member.Name} read {batch.Partition} without owning it");
        }

        _records.AddRange(batch.Records.Select(record => (member, batch.Partition, record)));
    });

    internal void Crash(Exception exception) => Change(() => _crash ??= exception);

    internal void Fault(string fault) => Change(() => _faults.Add(fault));

    private T Look<T>(Func<T> look)
    {
        lock (_lock)
        {
            return look();
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            changed = _pulse;
            _pulse = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
