using System.Globalization;

namespace Ganglion.AspNetCore;

/// <summary>
/// How many connections a host takes at a time; whoever comes then is turned away at once. A process that runs out of file handles
/// cannot write its log any more, and may not even survive it.
/// </summary>
internal static class ConnectionLimit
{
    /// <summary>Each connection takes memory, too.</summary>
    public const int Most = 10_000;

    private const string LimitsOfProcess = "/proc/self/limits";

    /// <summary>For this process.</summary>
    public static int OfProcess() => File.Exists(LimitsOfProcess) ? Of(File.ReadLines(LimitsOfProcess)) : Most;

    /// <summary>Half of the files that may be open: the other half is for the log.</summary>
    /// <param name="limits">What Linux tells of the limits of a process.</param>
    public static int Of(IEnumerable<string> limits)
    {
        const string openFiles = "Max open files";
        string? line = limits.FirstOrDefault(line => line.StartsWith(openFiles, StringComparison.Ordinal));
        string? soft = line?[openFiles.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long files)
            ? (int)Math.Clamp(files / 2, 1, Most)
            : Most;
    }
}
