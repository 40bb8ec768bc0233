namespace Ganglion.Cli.Tests;

/// <summary>A folder of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ganglion-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
