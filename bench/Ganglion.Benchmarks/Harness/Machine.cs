using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Ganglion.Benchmarks.Harness;

/// <summary>Tells on what the figures were taken.</summary>
internal static class Machine
{
    public static IEnumerable<(string What, string Value)> Describe(string folder)
    {
        yield return ("Processor", $"{Environment.ProcessorCount} × {ValueIn("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString()}");
        yield return ("Memory", string.Create(CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30)} GiB"));
        yield return ("System", $"{RuntimeInformation.OSDescription}, {FileSystemOf(folder)}");
        yield return ("Runtime", $"{RuntimeInformation.FrameworkDescription}, {(GCSettings.IsServerGC ? "server" : "workstation")} GC");
    }

    private static string? ValueIn(string file, string key) =>
        File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : null;

    private static string FileSystemOf(string folder)
    {
        string path = Path.GetFullPath(folder);
        DriveInfo? drive = DriveInfo.GetDrives()
            .Where(drive => path.StartsWith(drive.Name, StringComparison.Ordinal))
            .MaxBy(static drive => drive.Name.Length);
        return drive?.DriveFormat ?? "unknown file system";
    }
}
