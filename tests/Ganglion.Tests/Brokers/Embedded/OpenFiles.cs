namespace Ganglion.Tests.Brokers.Embedded;

/// <summary>The files that this process holds open, as Linux tells.</summary>
internal static class OpenFiles
{
    /// <summary>Those that lie in a folder, or lay there before they were removed.</summary>
    public static string[] In(string folder) =>
        [.. Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(TargetOf).OfType<string>().Where(path => path.StartsWith(folder, StringComparison.Ordinal))];

    private static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null; // Closed meanwhile.
        }
    }
}
