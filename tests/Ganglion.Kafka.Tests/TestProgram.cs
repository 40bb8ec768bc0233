namespace Ganglion.Kafka.Tests;

/// <summary>Programs that are built beside the tests.</summary>
internal static class TestProgram
{
    /// <summary>Where the program of a project lies, with all that it needs.</summary>
    public static string Find(string project) => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", project, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/', '\\')), $"{project}.dll"));
}
