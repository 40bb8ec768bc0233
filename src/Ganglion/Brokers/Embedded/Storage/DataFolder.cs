using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Ganglion.Faults;

namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>
/// A data folder that is held by this process. The operating system releases the hold when the process ends, however it ends.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    /// <summary>Raised when the layout or a file format changes so that older versions cannot read it.</summary>
    private const int FormatVersion = 1;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream hold)
    {
        Root = path;
        _lock = hold;
    }

    public string Root { get; }

    public string Topics => Path.Combine(Root, "topics");

    public string Commits => Path.Combine(Root, "commit");

    /// <summary>Takes hold of a folder; makes it if it is not there.</summary>
    /// <exception cref="StorageException">
    /// Another process holds it (<c>data-folder-locked</c>), a newer version wrote it (<c>data-folder-version-unsupported</c>), or it
    /// cannot be written.
    /// </exception>
    public static DataFolder Open(string path, TimeProvider time)
    {
        path = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(path);
            FileStream hold = TakeHold(path);
            try
            {
                SignHold(path, time);
                CheckVersion(path);
                var folder = new DataFolder(path, hold);
                Directory.CreateDirectory(folder.Topics);
                Directory.CreateDirectory(folder.Commits);
                Disk.FlushFolder(path);
                return folder;
            }
            catch
            {
                hold.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Disk.Explain(exception, path);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream TakeHold(string path)
    {
        try
        {
            return new FileStream(Path.Combine(path, "ganglion.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (
            exception is not DirectoryNotFoundException
            && File.Exists(Path.Combine(path, "ganglion.lock"))
            && Disk.Explain(exception, path).Code == "storage-failed")
        {
            string holder = HolderOf(path);
            string who = File.Exists(holder) ? File.ReadAllText(holder).Trim() : "another process";
            throw new StorageException(
                "data-folder-locked",
                $"The data folder '{path}' is held by {who}. Stop it, use its HTTP API, or choose another folder.",
                exception);
        }
    }

    /// <summary>Leaves word for the second comer.</summary>
    private static void SignHold(string path, TimeProvider time)
    {
        using var self = Process.GetCurrentProcess();
        string holder = $"process {Environment.ProcessId} ({self.ProcessName}) on {Environment.MachineName} since {time.GetUtcNow():u}\n";
        try
        {
            Disk.WriteFile(HolderOf(path), Encoding.UTF8.GetBytes(holder));
        }
        catch (IOException exception) when (Disk.IsFull(exception))
        {
            // He is told of another process then.
            File.Delete(HolderOf(path));
        }
    }

    private static string HolderOf(string path) => Path.Combine(path, "ganglion.holder");

    private static void CheckVersion(string path)
    {
        string file = Path.Combine(path, "ganglion.json");
        if (!File.Exists(file))
        {
            WriteWhole(file, JsonSerializer.SerializeToUtf8Bytes(new FolderFormat(FormatVersion), FolderJson.Default.FolderFormat));
            return;
        }

        int version;
        try
        {
            version = JsonSerializer.Deserialize(File.ReadAllBytes(file), FolderJson.Default.FolderFormat)?.Version ?? 0;
        }
        catch (JsonException exception)
        {
            throw new StorageException("data-folder-damaged", $"'{file}' is no valid JSON: {exception.Message}", exception);
        }

        if (version != FormatVersion)
        {
            throw new StorageException(
                "data-folder-version-unsupported",
                $"The data folder '{path}' has format version {version}; this version of Ganglion reads version {FormatVersion}. "
                + (version > FormatVersion ? "Use the newer version that wrote it." : "Choose another folder."));
        }
    }

    /// <summary>Writes a small file so that it is there whole, or as it was before, whatever happens.</summary>
    internal static void WriteWhole(string path, ReadOnlySpan<byte> content)
    {
        string draft = path + ".tmp";
        Disk.WriteFile(draft, content, flush: true);
        FaultHook.Reach(FaultPoints.FileDrafted);
        File.Move(draft, path, overwrite: true);
        Disk.FlushFolder(Path.GetDirectoryName(path)!);
    }
}
