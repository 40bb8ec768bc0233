using System.Globalization;
using System.Text;
using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// Counts how often a data folder was opened. Every frame of the commit log carries it, so that what an earlier opening left behind in
/// a recycled file is never taken for a continuation of what this one has written.
/// </summary>
internal static class CommitEpoch
{
    private const string FileName = "epoch";

    /// <summary>Begins the next epoch; it is on disk when this returns.</summary>
    /// <param name="folder">Where the commit log lies.</param>
    /// <param name="recovered">The newest epoch that was found in the commit log itself.</param>
    /// <exception cref="StorageException">The counter is damaged (<c>data-folder-damaged</c>).</exception>
    public static long Begin(string folder, long recovered)
    {
        string path = Path.Combine(folder, FileName);
        long last = File.Exists(path) ? Read(path) : Forget(folder);
        long epoch = Math.Max(last, recovered) + 1;
        DataFolder.WriteWhole(path, Encoding.ASCII.GetBytes(epoch.ToString(CultureInfo.InvariantCulture)));
        return epoch;
    }

    /// <summary>
    /// The counter was lost, or there was none yet. Frames of an epoch that nobody knows could be taken for a continuation of the next:
    /// they go. What they hold is in the segments by now.
    /// </summary>
    private static long Forget(string folder)
    {
        foreach (string file in CommitFiles.Find(folder))
        {
            File.Delete(file);
        }

        return 0;
    }

    private static long Read(string path) =>
        long.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out long epoch)
            ? epoch
            : throw new StorageException(
                "data-folder-damaged", $"'{path}' does not tell how often the folder was opened. Restore the data folder from a backup.");
}
