namespace Ganglion.Benchmarks.Harness;

/// <summary>A new folder that goes with all it holds.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder(Settings settings)
    {
        Path = System.IO.Path.Combine(settings.Folder, "ganglion-bench-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
