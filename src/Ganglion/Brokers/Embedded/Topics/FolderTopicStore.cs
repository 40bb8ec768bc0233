using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Storage;
using Ganglion.Faults;

namespace Ganglion.Brokers.Embedded.Topics;

/// <summary>
/// Topics in a data folder, a folder each. A topic comes and goes by one renaming: until then it is a draft, from then on a relict,
/// and what a crash leaves of either is removed when the data folder is opened.
/// </summary>
internal sealed class FolderTopicStore(DataFolder folder) : ITopicStore
{
    /// <summary>Being made or being removed: not a topic. No topic's name may begin so.</summary>
    private const string Unfinished = "~";

    private readonly Dictionary<Guid, TopicFolder> _topics = [];

    /// <summary>The newest epoch of the commit log, whose frames were recovered.</summary>
    public long Epoch { get; private set; }

    public IEnumerable<Topic> Load()
    {
        foreach (string path in Directory.GetDirectories(folder.Topics))
        {
            if (Path.GetFileName(path).StartsWith(Unfinished, StringComparison.Ordinal))
            {
                TryRemove(path);
            }
            else
            {
                Open(path);
            }
        }

        Epoch = CommitRecovery.Run(
            folder.Commits,
            CommitEpoch.Last(folder.Commits),
            (topic, partition) => _topics.GetValueOrDefault(topic)?.Logs.ElementAtOrDefault(partition));
        foreach (SegmentLog log in _topics.Values.SelectMany(topic => topic.Logs))
        {
            log.GoOnFromStart();
        }

        return [.. _topics.Values.Select(TopicOf)];
    }

    public Topic Create(string name, Guid id, TopicSettings settings)
    {
        string draft = UnfinishedPathOf(id);
        string path = PathOf(name);
        try
        {
            TopicFolder.Write(draft, new TopicFile(name, id, settings));
            FaultHook.Reach(FaultPoints.TopicDrafted);
            Directory.Move(draft, path);
            FaultHook.Reach(FaultPoints.TopicRenamed);
            try
            {
                Disk.FlushFolder(folder.Topics);
                return TopicOf(Open(path));
            }
            catch
            {
                Directory.Move(path, draft);
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            TryRemove(draft);
            throw Disk.Explain(exception, path);
        }
    }

    public void Alter(Topic topic, TopicSettings settings)
    {
        try
        {
            TopicFolder altered = _topics[topic.Id];
            altered.Alter(settings);
            topic.Alter(settings, partition => altered.Logs[partition]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Disk.Explain(exception, PathOf(topic.Name));
        }
    }

    public void Delete(Topic topic)
    {
        string relict = UnfinishedPathOf(topic.Id);
        try
        {
            _topics[topic.Id].MoveAway(relict, topic.Delete);
            _topics.Remove(topic.Id);
            FaultHook.Reach(FaultPoints.TopicMoved);
            Disk.FlushFolder(folder.Topics);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Disk.Explain(exception, PathOf(topic.Name));
        }

        TryRemove(relict);
    }

    public void Dispose()
    {
        foreach (TopicFolder topic in _topics.Values)
        {
            topic.Dispose();
        }

        folder.Dispose();
    }

    private TopicFolder Open(string path)
    {
        TopicFolder topic = TopicFolder.Open(path);
        if (_topics.TryAdd(topic.File.Id, topic))
        {
            return topic;
        }

        topic.Dispose();
        throw new StorageException(
            "data-folder-damaged",
            $"'{path}' is a copy: topic '{_topics[topic.File.Id].File.Name}' has the same id. Move one of the two away.");
    }

    private static Topic TopicOf(TopicFolder topic) =>
        new(topic.File.Name, topic.File.Id, topic.File.Settings, partition => topic.Logs[partition]);

    /// <summary>Removes what is no topic. What cannot be removed takes up room, but harms nobody; the next opening tries again.</summary>
    private static void TryRemove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    private string PathOf(string topic) => Path.Combine(folder.Topics, topic);

    private string UnfinishedPathOf(Guid topic) => Path.Combine(folder.Topics, Unfinished + topic.ToString("N"));
}
