using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Brokers.Embedded.Commits;

/// <summary>
/// Numbers the openings of a data folder. Every frame of the commit log carries the number, so that what an earlier opening left behind
/// is never taken for a continuation of what this one has written. Frames that are older than the number in the file are in the
/// segments: nobody replays them. The next number is larger by a random one, so that nobody who can write records can guess it, and have
/// the bytes of a record taken for a frame.
/// </summary>
internal static class CommitEpoch
{
    private const string FileName = "epoch";

    /// <summary>Too many to try out, and few enough to open a folder eight million times.</summary>
    private const long MaxStep = 1L << 40;

    /// <summary>The epoch that was begun last; 0 if nobody knows, because there was none yet or its file was lost.</summary>
    /// <param name="folder">Where the commit log lies.</param>
    /// <exception cref="StorageException">The file is damaged (<c>data-folder-damaged</c>).</exception>
    public static long Last(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return 0;
        }

        string text = File.ReadAllText(path);
        return long.TryParse(text.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long epoch) && text == TextOf(epoch)
            ? epoch
            : throw new StorageException(
                "data-folder-damaged",
                $"'{path}' does not tell which frames of the commit log are the newest. Restore the data folder from a backup, or move the "
                + "file away: then the newest frames that are found are recovered.");
    }

    /// <summary>
    /// Begins the next epoch; it is on disk when this returns. From then on no frame of an earlier one is recovered: what they hold must
    /// be in the segments, and on the disk there.
    /// </summary>
    /// <param name="folder">Where the commit log lies.</param>
    /// <param name="last">The newest epoch before it, of the file or of a frame.</param>
    public static long Begin(string folder, long last)
    {
        long epoch = last + 1 + (BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & (MaxStep - 1));
        string path = Path.Combine(folder, FileName);
        byte[] text = Encoding.ASCII.GetBytes(TextOf(epoch));
        try
        {
            DataFolder.WriteWhole(path, text);
        }
        catch (IOException exception) when (Disk.IsFull(exception) && File.Exists(path))
        {
            // There is no room for a second file beside it. The number never gets shorter, so one write within a sector puts it in place of the last.
            Disk.Overwrite(path, text);
        }

        return epoch;
    }

    /// <summary>With a checksum: a number that was damaged and is a number still would hide frames.</summary>
    private static string TextOf(long epoch)
    {
        string number = epoch.ToString(CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{number} {Crc32C.Compute(Encoding.ASCII.GetBytes(number)):x8}");
    }
}
