using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded.Topics;

/// <summary>A topic with its partitions, and the choice among them.</summary>
internal sealed class Topic
{
    private int _keyless;
    private volatile bool _deleted;
    private volatile TopicSettings _settings;

    /// <param name="name">The topic's name.</param>
    /// <param name="id">Tells it from a later one of the same name.</param>
    /// <param name="settings">What is in force, every property set.</param>
    /// <param name="logOf">The log of a partition.</param>
    public Topic(string name, Guid id, TopicSettings settings, Func<int, IPartitionLog> logOf)
    {
        Name = name;
        Id = id;
        _settings = settings;
        Partitions = [.. Enumerable.Range(0, settings.Partitions!.Value).Select(number => new Partition(this, number, logOf(number)))];
    }

    public string Name { get; }

    public Guid Id { get; }

    /// <summary>What is in force, every property set.</summary>
    public TopicSettings Settings => _settings;

    public Partition[] Partitions { get; }

    public bool IsDeleted => _deleted;

    /// <summary>Whether only the broker itself may write to it.</summary>
    public bool IsBrokersOwn => InternalTopics.Contains(Name);

    /// <summary>The partition of a record: the one that is asked for, the one of its key, or any.</summary>
    /// <exception cref="TopicException">There is no such partition.</exception>
    public Partition Choose(in ProducerRecord record)
    {
        if (record.Partition is { } number)
        {
            return Find(number);
        }

        return record.Record.Key is { } key
            ? Partitions[Murmur2.PartitionOf(key.Span, Partitions.Length)]
            : Partitions[(uint)Interlocked.Increment(ref _keyless) % (uint)Partitions.Length];
    }

    /// <exception cref="TopicException">There is no such partition.</exception>
    public Partition Find(int number) =>
        (uint)number < (uint)Partitions.Length
            ? Partitions[number]
            : throw new TopicException(
                "topic-not-found", $"Topic '{Name}' has no partition {number}; its partitions are 0 to {Partitions.Length - 1}.");

    public TopicDescription Describe() => new(
        Name,
        Id,
        Settings,
        [.. Partitions.Select(partition => new PartitionDescription(
            partition.Id.Partition, partition.EarliestOffset, partition.LastStableOffset, partition.Log.Bytes))]);

    /// <exception cref="TopicException">The topic was deleted.</exception>
    public void ThrowIfDeleted()
    {
        if (_deleted)
        {
            throw NotFound(Name);
        }
    }

    /// <summary>From now on these settings are in force. Called by whoever keeps them.</summary>
    public void Alter(TopicSettings settings) => _settings = settings;

    /// <summary>Marks the topic as gone and wakes whoever waits for its records.</summary>
    public void Delete()
    {
        _deleted = true;
        foreach (Partition partition in Partitions)
        {
            partition.Signal();
            partition.Log.Delete();
        }
    }

    public static TopicException Internal(string name) =>
        new("topic-internal", $"Topic '{name}' belongs to the broker itself. It can be read, but not be created, written, changed or deleted.");

    public static TopicException NotFound(string name) =>
        new("topic-not-found", $"Topic '{name}' does not exist. Create it first, or let topics be created on first use.");
}
