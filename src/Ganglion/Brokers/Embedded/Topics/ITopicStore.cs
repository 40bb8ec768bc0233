namespace Ganglion.Brokers.Embedded.Topics;

/// <summary>Keeps which topics there are, and opens the logs of their partitions.</summary>
internal interface ITopicStore : IDisposable
{
    /// <summary>The topics that were there when the broker was opened.</summary>
    IEnumerable<Topic> Load();

    /// <summary>Makes a topic; it is there after a crash once this returns.</summary>
    /// <exception cref="StorageException">It could not be made; nothing of it is left.</exception>
    Topic Create(string name, Guid id, TopicSettings settings);

    /// <summary>Removes a topic and its records; it is gone after a crash once this returns.</summary>
    /// <exception cref="StorageException">
    /// It could not be removed, and is as it was. If it is deleted all the same, only a crash of the machine can bring it back.
    /// </exception>
    void Delete(Topic topic);
}
