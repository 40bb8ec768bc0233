using System.Collections.Concurrent;
using Ganglion.Faults;

namespace Ganglion.Brokers.Embedded.Topics;

/// <summary>All topics by name and id: found without a lock, created and deleted one at a time.</summary>
internal sealed class TopicCatalog : ITopicAdministration, IDisposable
{
    private readonly ConcurrentDictionary<string, Topic> _topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, Topic> _byId = new();
    private readonly Lock _changing = new();
    private readonly EmbeddedBrokerOptions _options;
    private readonly ITopicStore _store;
    private bool _disposed;

    public TopicCatalog(EmbeddedBrokerOptions options, ITopicStore store)
    {
        _options = options;
        _store = store;
        foreach (Topic topic in store.Load())
        {
            Add(topic);
        }
    }

    /// <summary>Raised after a topic was created, got more partitions or was deleted, so that groups look at their subscriptions again.</summary>
    public event Action<Topic>? Changed;

    /// <summary>Called after a topic was deleted; the deletion waits for it.</summary>
    public Func<Topic, ValueTask>? Deleted { get; set; }

    public IEnumerable<Topic> All => _topics.Values;

    public ValueTask<TopicDescription> CreateAsync(
        string name, TopicSettings? settings = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Create(name, settings, onlyValidates: false));
    }

    /// <summary>Creates a topic.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="settings">Its settings; where they are silent, the broker's defaults.</param>
    /// <param name="onlyValidates">Whether nothing is done but to tell what would be created; it has no partitions then.</param>
    /// <inheritdoc cref="CreateAsync" path="/exception"/>
    public TopicDescription Create(string name, TopicSettings? settings, bool onlyValidates)
    {
        TopicRules.CheckName(name);
        InternalTopics.CheckOwner(name);
        TopicSettings resolved = TopicRules.Resolve(settings, _options.TopicDefaults);
        Topic created;
        lock (_changing)
        {
            if (_topics.ContainsKey(name))
            {
                throw new TopicException("topic-exists", $"Topic '{name}' exists already.");
            }

            if (onlyValidates)
            {
                return new TopicDescription(name, Guid.Empty, resolved, []);
            }

            created = Create(name, resolved);
        }

        Changed?.Invoke(created);
        return created.Describe();
    }

    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        InternalTopics.CheckOwner(name);
        Topic topic = Delete(name, out StorageException? doubt);
        Changed?.Invoke(topic);
        FaultHook.Reach(FaultPoints.TopicDeleted);
        if (Deleted is { } deleted)
        {
            await deleted(topic).ConfigureAwait(false);
        }

        if (doubt is not null)
        {
            throw doubt;
        }
    }

    public ValueTask<TopicDescription?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        new(Find(name)?.Describe());

    public ValueTask<IReadOnlyList<TopicDescription>> ListAsync(CancellationToken cancellationToken = default) =>
        new([.. _topics.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal).Select(topic => topic.Describe())]);

    public ValueTask<long> GetOffsetAsync(
        TopicPartition partition, OffsetPosition position, CancellationToken cancellationToken = default) =>
        Get(partition).FindOffsetAsync(position, cancellationToken);

    /// <summary>What topics get where their own settings are silent.</summary>
    public TopicSettings Defaults => _options.TopicDefaults;

    public Topic? Find(string name) => _topics.GetValueOrDefault(name);

    public Topic? Find(Guid id) => _byId.GetValueOrDefault(id);

    public Partition? Find(TopicPartition partition) => Find(partition.Topic)?.Partitions.ElementAtOrDefault(partition.Partition);

    /// <exception cref="TopicException">There is no such topic or partition.</exception>
    public Partition Get(TopicPartition partition) =>
        (Find(partition.Topic) ?? throw Topic.NotFound(partition.Topic)).Find(partition.Partition);

    /// <summary>The topic of a name; made now, if topics are created on first use.</summary>
    /// <exception cref="TopicException">There is no such topic, or it cannot be called so.</exception>
    public Topic GetOrCreate(string name)
    {
        if (_topics.TryGetValue(name, out Topic? topic))
        {
            return topic;
        }

        TopicRules.CheckName(name);
        InternalTopics.CheckOwner(name);
        return _options.AutoCreateTopics
            ? GetOrCreate(name, TopicRules.Resolve(null, _options.TopicDefaults))
            : throw Topic.NotFound(name);
    }

    /// <summary>The topic of a name; made now if it does not exist yet, whatever the options say.</summary>
    /// <param name="name">A valid name.</param>
    /// <param name="settings">What a new topic gets, every property set.</param>
    public Topic GetOrCreate(string name, TopicSettings settings)
    {
        Topic? topic;
        lock (_changing)
        {
            if (_topics.TryGetValue(name, out topic))
            {
                return topic;
            }

            topic = Create(name, settings);
        }

        Changed?.Invoke(topic);
        return topic;
    }

    /// <summary>Creates those topics that do not exist, if topics are created on first use; the broker's own it makes itself when it needs them.</summary>
    /// <exception cref="TopicException">A name is not allowed; then nothing is created.</exception>
    public void CreateMissing(IReadOnlyCollection<string> names)
    {
        foreach (string name in names)
        {
            TopicRules.CheckName(name);
        }

        if (_options.AutoCreateTopics)
        {
            foreach (string name in names.Where(name => !InternalTopics.Contains(name)))
            {
                GetOrCreate(name);
            }
        }
    }

    /// <summary>Gives a topic other settings. What they leave open takes the broker's default; how many partitions it has stays.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="change">Tells them by those that are in force. Nobody else changes the topic meanwhile: must be short.</param>
    /// <param name="onlyValidates">Whether they are only looked at.</param>
    /// <exception cref="TopicException">
    /// <c>topic-not-found</c>, <c>topic-internal</c> or <c>topic-settings-invalid</c>; then nothing is changed.
    /// </exception>
    /// <exception cref="StorageException">They could not be kept; the old ones are in force.</exception>
    public void Alter(string name, Func<TopicSettings, TopicSettings> change, bool onlyValidates)
    {
        InternalTopics.CheckOwner(name);
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(EmbeddedBroker));
            Topic topic = Find(name) ?? throw Topic.NotFound(name);
            TopicSettings settings = TopicRules.Resolve(
                change(topic.Settings) with { Partitions = topic.Settings.Partitions }, _options.TopicDefaults);
            if (!onlyValidates)
            {
                _store.Alter(topic, settings);
            }
        }
    }

    /// <summary>Gives a topic more partitions, behind those that it has. Records that are there stay where they are; keys may go elsewhere.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="partitions">How many it is to have.</param>
    /// <param name="onlyValidates">Whether it is only looked at whether it can have them.</param>
    /// <exception cref="TopicException">
    /// <c>topic-not-found</c>, <c>topic-internal</c> or <c>topic-partitions-invalid</c>; then nothing is changed.
    /// </exception>
    /// <exception cref="StorageException">They could not be made; it has as many as before.</exception>
    public void AddPartitions(string name, int partitions, bool onlyValidates)
    {
        InternalTopics.CheckOwner(name);
        Topic topic;
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(EmbeddedBroker));
            topic = Find(name) ?? throw Topic.NotFound(name);
            TopicRules.CheckGrowth(name, from: topic.Partitions.Length, to: partitions);
            if (onlyValidates)
            {
                return;
            }

            _store.Alter(topic, topic.Settings with { Partitions = partitions });
        }

        Changed?.Invoke(topic);
    }

    public void Dispose()
    {
        lock (_changing)
        {
            _disposed = true;
            _store.Dispose();
        }
    }

    /// <summary>Deletes a topic, or leaves it as it was and throws.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="doubt">Why a deletion that has happened may not outlive a crash of the machine.</param>
    private Topic Delete(string name, out StorageException? doubt)
    {
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(EmbeddedBroker));
            Topic topic = Find(name) ?? throw Topic.NotFound(name);
            doubt = null;
            try
            {
                _store.Delete(topic);
            }
            catch (StorageException exception) when (topic.IsDeleted)
            {
                doubt = exception;
            }

            _topics.TryRemove(name, out _);
            _byId.TryRemove(topic.Id, out _);
            return topic;
        }
    }

    private Topic Create(string name, TopicSettings settings)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(EmbeddedBroker));
        Topic topic = _store.Create(name, Guid.NewGuid(), settings);
        Add(topic);
        return topic;
    }

    private void Add(Topic topic)
    {
        _topics[topic.Name] = topic;
        _byId[topic.Id] = topic;
    }
}
