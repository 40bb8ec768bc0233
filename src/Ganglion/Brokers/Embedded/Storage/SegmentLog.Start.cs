using System.Text.Json;

namespace Ganglion.Brokers.Embedded.Storage;

// Records can be deleted up to an offset with which no segment begins: then a file says where the log does.
internal sealed partial class SegmentLog
{
    private const string StartFile = "start.json";

    // Held by whoever removes or replaces segments.
    private readonly Lock _cleaning = new();

    public void DeleteBefore(long offset)
    {
        if (!MoveStart(offset) || !_cleaning.TryEnter())
        {
            return; // A cleaning is under way: the next one removes what it still needs.
        }

        try
        {
            RemoveBeforeStart();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nobody sees the records any more; the cleaner removes their files.
        }
        finally
        {
            _cleaning.Exit();
        }
    }

    /// <summary>After a recovery: goes on where the log begins, if a crash of the machine has taken what was written just before that.</summary>
    public void GoOnFromStart()
    {
        if (EndOffset < StartOffset)
        {
            Roll(StartOffset);
            FlushNames();
            Volatile.Write(ref _endOffset, StartOffset);
        }
    }

    /// <returns>False if the log begins there or behind it already, or is closed.</returns>
    private bool MoveStart(long offset)
    {
        try
        {
            lock (_naming)
            {
                if (_segments.Length == 0 || offset <= StartOffset)
                {
                    return false;
                }

                DataFolder.WriteWhole(
                    Path.Combine(_folder, StartFile), JsonSerializer.SerializeToUtf8Bytes(new LogStart(offset), FolderJson.Default.LogStart));
                Volatile.Write(ref _startOffset, offset);
                return true;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Disk.Explain(exception, _folder);
        }
    }

    private void RemoveBeforeStart()
    {
        lock (_naming)
        {
            while (OldestEndsBefore(StartOffset))
            {
                RemoveOldest();
            }
        }

        Forget(StartOffset - 1);
    }

    private static long ReadStart(string folder)
    {
        string path = Path.Combine(folder, StartFile);
        if (!File.Exists(path))
        {
            return 0;
        }

        try
        {
            return (JsonSerializer.Deserialize(File.ReadAllBytes(path), FolderJson.Default.LogStart) ?? throw new JsonException("It is empty.")).Offset;
        }
        catch (JsonException exception)
        {
            throw new StorageException(
                "data-folder-damaged",
                $"'{path}' does not tell where the records begin: {exception.Message} Restore it from a backup, or remove it: then some that were "
                + "deleted may be there again.",
                exception);
        }
    }
}
