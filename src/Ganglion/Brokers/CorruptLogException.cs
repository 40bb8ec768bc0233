namespace Ganglion.Brokers;

/// <summary>Bytes of a log are damaged. The message names the file and the position; what lies behind stays readable.</summary>
public sealed class CorruptLogException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="file">The damaged file.</param>
    /// <param name="position">Where in the file the damage is, in bytes.</param>
    /// <param name="fault">What is wrong there, as the end of a sentence.</param>
    /// <param name="nextOffset">See <see cref="NextOffset"/>.</param>
    public CorruptLogException(string file, long position, string fault, long nextOffset)
        : base("log-corrupt", $"What lies in '{file}' at byte {position} {fault}. Reading goes on at offset {nextOffset}.")
    {
        File = file;
        Position = position;
        NextOffset = nextOffset;
    }

    /// <summary>The damaged file.</summary>
    public string File { get; }

    /// <summary>Where in the file the damage is, in bytes.</summary>
    public long Position { get; }

    /// <summary>The first offset behind the damage that can be read.</summary>
    public long NextOffset { get; }
}
