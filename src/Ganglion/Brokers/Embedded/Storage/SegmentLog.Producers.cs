using System.Text.Json;
using Ganglion.Brokers.Embedded.Producers;

namespace Ganglion.Brokers.Embedded.Storage;

// What is known of producers lies beside the segments. It can be learnt from them anew: it saves reading them.
internal sealed partial class SegmentLog
{
    private const string ProducersFile = "producers.json";

    public ITransactionView? Transactions { private get; set; }

    public ProducerSnapshot? ReadProducers()
    {
        string path = Path.Combine(_folder, ProducersFile);
        try
        {
            ProducerSnapshot? snapshot = File.Exists(path)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(path), FolderJson.Default.ProducerSnapshot)
                : null;

            // One of a log whose end was lost knows too much.
            return snapshot is null || (snapshot.Offset >= StartOffset && snapshot.Offset <= EndOffset) ? snapshot : ProducerSnapshot.Empty(StartOffset);
        }
        catch (JsonException)
        {
            return ProducerSnapshot.Empty(StartOffset);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Disk.Explain(exception, path);
        }
    }

    public void WriteProducers(ProducerSnapshot snapshot)
    {
        string path = Path.Combine(_folder, ProducersFile);
        try
        {
            lock (_naming)
            {
                if (!_deleted)
                {
                    DataFolder.WriteWhole(path, JsonSerializer.SerializeToUtf8Bytes(snapshot, FolderJson.Default.ProducerSnapshot));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Disk.Explain(exception, path);
        }
    }
}
