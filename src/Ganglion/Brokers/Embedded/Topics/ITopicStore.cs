namespace Ganglion.Brokers.Embedded.Topics;

/// <summary>Keeps which topics there are, and opens the logs of their partitions.</summary>
internal interface ITopicStore : IDisposable
{
    /// <summary>The topics that were there when the broker was opened.</summary>
    IEnumerable<Topic> Load();

    /// <summary>Makes a topic; it is there after a crash once this returns.</summary>
    /// <exception cref="StorageException">It could not be made; nothing of it is left.</exception>
    Topic Create(string name, Guid id, TopicSettings settings);

    /// <summary>Gives a topic other settings; they are in force, and will be after a crash, once this returns.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="settings">What is to be in force, every property set; with as many partitions as it has, or more.</param>
    /// <exception cref="StorageException">They could not be kept; the old ones are in force.</exception>
    void Alter(Topic topic, TopicSettings settings);

    /// <summary>Removes a topic and its records; it is gone after a crash once this returns.</summary>
    /// <exception cref="StorageException">
    /// It could not be removed, and is as it was. If it is deleted all the same, only a crash of the machine can bring it back.
    /// </exception>
    void Delete(Topic topic);
}
