using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded.Topics;

/// <summary>Topics in memory, forgotten with the process.</summary>
internal sealed class VolatileTopicStore : ITopicStore
{
    public IEnumerable<Topic> Load() => [];

    public Topic Create(string name, Guid id, TopicSettings settings) => new(name, id, settings, _ => new MemoryLog());

    public void Alter(Topic topic, TopicSettings settings) => topic.Alter(settings, static _ => new MemoryLog());

    public void Delete(Topic topic) => topic.Delete();

    public void Dispose()
    {
    }
}
