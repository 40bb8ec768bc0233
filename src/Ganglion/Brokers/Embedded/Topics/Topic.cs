using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded.Topics;

/// <summary>A topic with its partitions, and the choice among them.</summary>
internal sealed class Topic
{
    private int _keyless;
    private volatile bool _deleted;
    private volatile TopicSettings _settings;
    private volatile Partition[] _partitions = [];

    /// <param name="name">The topic's name.</param>
    /// <param name="id">Tells it from a later one of the same name.</param>
    /// <param name="settings">What is in force, every property set.</param>
    /// <param name="logOf">The log of a partition.</param>
    public Topic(string name, Guid id, TopicSettings settings, Func<int, IPartitionLog> logOf)
    {
        Name = name;
        Id = id;
        _settings = settings;
        Alter(settings, logOf);
    }

    public string Name { get; }

    public Guid Id { get; }

    /// <summary>What is in force, every property set.</summary>
    public TopicSettings Settings => _settings;

    /// <summary>Its partitions, by number. There may be more of them the next time that one looks.</summary>
    public Partition[] Partitions => _partitions;

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

        Partition[] partitions = Partitions;
        return record.Record.Key is { } key
            ? partitions[Murmur2.PartitionOf(key.Span, partitions.Length)]
            : partitions[(uint)Interlocked.Increment(ref _keyless) % (uint)partitions.Length];
    }

    /// <exception cref="TopicException">There is no such partition.</exception>
    public Partition Find(int number)
    {
        Partition[] partitions = Partitions;
        return (uint)number < (uint)partitions.Length
            ? partitions[number]
            : throw new TopicException(
                "topic-not-found", $"Topic '{Name}' has no partition {number}; its partitions are 0 to {partitions.Length - 1}.");
    }

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
    /// <param name="settings">The settings, every property set. With more partitions than there are, those are made now.</param>
    /// <param name="logOf">The log of a new partition.</param>
    public void Alter(TopicSettings settings, Func<int, IPartitionLog> logOf)
    {
        Partition[] partitions = _partitions;
        _partitions =
        [
            .. partitions,
            .. Enumerable.Range(partitions.Length, settings.Partitions!.Value - partitions.Length).Select(number => new Partition(this, number, logOf(number))),
        ];
        _settings = settings;
    }

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
