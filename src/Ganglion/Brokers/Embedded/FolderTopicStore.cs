using System.Text.Json;
using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded;

/// <summary>Topics in a data folder: a folder each, with their settings in <c>topic.json</c> and a folder per partition.</summary>
internal sealed class FolderTopicStore(DataFolder folder) : ITopicStore
{
    private const string SettingsFile = "topic.json";

    /// <summary>Being made or being removed: not a topic. No topic's name may begin so.</summary>
    private const string Unfinished = "~";

    private readonly Dictionary<(Guid Topic, int Partition), SegmentLog> _logs = [];

    /// <summary>The epoch of the frames that were recovered.</summary>
    public long Epoch { get; private set; }

    public IEnumerable<Topic> Load()
    {
        foreach (string unfinished in Directory.EnumerateDirectories(folder.Topics, Unfinished + "*").ToArray())
        {
            Directory.Delete(unfinished, recursive: true);
        }

        List<TopicFile> files = [.. Directory.EnumerateDirectories(folder.Topics).Select(Read)];
        foreach (TopicFile file in files)
        {
            for (int partition = 0; partition < file.Settings.Partitions!.Value; partition++)
            {
                _logs[(file.Id, partition)] = OpenLog(PathOf(file.Name), partition, file.Settings);
            }
        }

        Epoch = CommitRecovery.Run(folder.Commits, (topic, partition) => _logs.GetValueOrDefault((topic, partition)));
        return [.. files.Select(file => new Topic(file.Name, file.Id, file.Settings, partition => _logs[(file.Id, partition)]))];
    }

    public Topic Create(string name, Guid id, TopicSettings settings)
    {
        string draft = Path.Combine(folder.Topics, Unfinished + id.ToString("N"));
        try
        {
            Directory.CreateDirectory(draft);
            for (int partition = 0; partition < settings.Partitions!.Value; partition++)
            {
                OpenLog(draft, partition, settings).Dispose();
            }

            DataFolder.WriteWhole(
                Path.Combine(draft, SettingsFile),
                JsonSerializer.SerializeToUtf8Bytes(new TopicFile(name, id, settings), FolderJson.Default.TopicFile));
            Directory.Move(draft, PathOf(name));
            Disk.FlushFolder(folder.Topics);
            return new Topic(name, id, settings, partition => OpenLog(PathOf(name), partition, settings));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Disk.Explain(exception, PathOf(name));
        }
    }

    public void Delete(Topic topic)
    {
        string doomed = Path.Combine(folder.Topics, Unfinished + topic.Id.ToString("N"));
        try
        {
            Directory.Move(PathOf(topic.Name), doomed);
            Disk.FlushFolder(folder.Topics);
            topic.Delete();
            Directory.Delete(doomed, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Disk.Explain(exception, PathOf(topic.Name));
        }
    }

    public void Dispose() => folder.Dispose();

    private static SegmentLog OpenLog(string topicFolder, int partition, TopicSettings settings) => SegmentLog.Open(
        Path.Combine(topicFolder, partition.ToString(System.Globalization.CultureInfo.InvariantCulture)), settings.SegmentBytes!.Value);

    private static TopicFile Read(string topicFolder)
    {
        string path = Path.Combine(topicFolder, SettingsFile);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), FolderJson.Default.TopicFile) ?? throw new JsonException("It is empty.");
        }
        catch (Exception exception) when (exception is JsonException or FileNotFoundException)
        {
            throw new StorageException(
                "data-folder-damaged",
                $"'{path}' does not tell what topic this is: {exception.Message} Restore it from a backup, or move the folder away.",
                exception);
        }
    }

    private string PathOf(string topic) => Path.Combine(folder.Topics, topic);
}
