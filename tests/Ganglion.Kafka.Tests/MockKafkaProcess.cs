using System.Diagnostics;
using Ganglion.Kafka.Native;

namespace Ganglion.Kafka.Tests;

/// <summary>The program tests/MockKafka in a process of its own.</summary>
internal static class MockKafkaProcess
{
    /// <summary>Where the program lies, with all that it needs.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "MockKafka", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/', '\\'))));

    /// <summary>Starts the program with the native client of this process.</summary>
    public static Process Start(int brokers) => Start(Folder, Environment.GetEnvironmentVariable(NativeClient.Variable), [$"{brokers}"]);

    /// <summary>Starts the program with another native client.</summary>
    /// <param name="folder">Where the program lies.</param>
    /// <param name="librdkafka">The native client, or nothing for the one that NuGet has brought.</param>
    /// <param name="arguments">What is said to it.</param>
    public static Process Start(string folder, string? librdkafka, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "MockKafka.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,

            // A process that is killed would leave its sockets for debuggers behind.
            Environment = { ["DOTNET_EnableDiagnostics"] = "0", [NativeClient.Variable] = librdkafka },
        };
        return Process.Start(start)!;
    }
}
