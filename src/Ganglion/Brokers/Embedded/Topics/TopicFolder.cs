using System.Globalization;
using System.Text.Json;
using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded.Topics;

/// <summary>
/// The folder of one durable topic: its settings in <c>topic.json</c>, and a folder per partition. Names in it and its own change
/// under one lock, so that nobody makes a file in a folder that is just being moved away.
/// </summary>
internal sealed class TopicFolder : IDisposable
{
    private const string SettingsFile = "topic.json";

    private readonly string _path;
    private readonly Lock _naming = new();

    private TopicFolder(string path, TopicFile file)
    {
        _path = path;
        File = file;
        Logs = new SegmentLog[file.Settings.Partitions!.Value];
    }

    public TopicFile File { get; private set; }

    /// <summary>The logs of the partitions, by number.</summary>
    public SegmentLog[] Logs { get; private set; }

    /// <summary>Writes the folder of a new topic, empty; it is on the disk once this returns.</summary>
    public static void Write(string path, TopicFile file)
    {
        for (int partition = 0; partition < file.Settings.Partitions!.Value; partition++)
        {
            Directory.CreateDirectory(PathOf(path, partition));
        }

        WriteSettings(path, file);
    }

    /// <summary>Opens the logs of a topic: all of them, or none.</summary>
    /// <exception cref="StorageException">Its settings cannot be read or are not its own, or it lacks a partition (<c>data-folder-damaged</c>).</exception>
    public static TopicFolder Open(string path)
    {
        var folder = new TopicFolder(path, Read(path));
        try
        {
            for (int partition = 0; partition < folder.Logs.Length; partition++)
            {
                folder.Logs[partition] = folder.OpenLog(partition, folder.File);
            }

            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Gives the topic other settings; they are on the disk before its logs follow them.</summary>
    /// <param name="settings">What is to be in force, every property set; with as many partitions as it has, or more.</param>
    public void Alter(TopicSettings settings)
    {
        lock (_naming)
        {
            TopicFile file = File.With(settings);
            SegmentLog[] more = BeginMore(file);
            try
            {
                WriteSettings(_path, file);
            }
            catch
            {
                Array.ForEach(more, log => log.Dispose());
                throw;
            }

            File = file;
            Logs = [.. Logs, .. more];
            foreach (SegmentLog log in Logs)
            {
                log.Follow(settings.SegmentBytes!.Value, file.MayHaveGaps());
            }
        }
    }

    /// <summary>Moves the folder away, and nothing is written to it any more. If it cannot be moved, all stays as it was.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="moved">Called when it has moved, before anybody else looks at it.</param>
    public void MoveAway(string target, Action moved)
    {
        lock (_naming)
        {
            Directory.Move(_path, target);
            moved();
        }
    }

    /// <summary>Closes the logs.</summary>
    public void Dispose()
    {
        foreach (SegmentLog? log in Logs)
        {
            log?.Dispose();
        }
    }

    /// <summary>Makes the folders of partitions that are to come. Without the settings that count them they are none, and can be made again.</summary>
    private SegmentLog[] BeginMore(TopicFile file)
    {
        var begun = new List<SegmentLog>();
        try
        {
            for (int partition = Logs.Length; partition < file.Settings.Partitions!.Value; partition++)
            {
                Directory.CreateDirectory(PathOf(_path, partition));
                begun.Add(OpenLog(partition, file));
            }

            if (begun.Count > 0)
            {
                Disk.FlushFolder(_path);
            }

            return [.. begun];
        }
        catch
        {
            begun.ForEach(log => log.Dispose());
            throw;
        }
    }

    private SegmentLog OpenLog(int partition, TopicFile file) =>
        SegmentLog.Open(PathOf(_path, partition), file.Settings.SegmentBytes!.Value, file.MayHaveGaps(), _naming);

    private static void WriteSettings(string path, TopicFile file) =>
        DataFolder.WriteWhole(Path.Combine(path, SettingsFile), JsonSerializer.SerializeToUtf8Bytes(file, FolderJson.Default.TopicFile));

    private static TopicFile Read(string path)
    {
        string file = Path.Combine(path, SettingsFile);
        try
        {
            TopicFile read = JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(file), FolderJson.Default.TopicFile)
                ?? throw new JsonException("It is empty.");
            string folder = Path.GetFileName(path);
            return read.Name == folder && read.Settings?.Partitions is not null
                ? read with { Settings = TopicRules.Resolve(read.Settings, new TopicSettings()) }
                : throw new JsonException($"It describes '{read.Name}' in the folder '{folder}', with {read.Settings?.Partitions ?? 0} partitions.");
        }
        catch (Exception exception) when (exception is JsonException or FileNotFoundException or TopicException)
        {
            throw new StorageException(
                "data-folder-damaged",
                $"'{file}' does not tell what topic this is: {exception.Message} Restore it from a backup, or move the folder away.",
                exception);
        }
    }

    private static string PathOf(string topicFolder, int partition) =>
        Path.Combine(topicFolder, partition.ToString(CultureInfo.InvariantCulture));
}
