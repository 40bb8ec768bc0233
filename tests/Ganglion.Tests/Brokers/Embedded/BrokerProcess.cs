using System.Diagnostics;

namespace Ganglion.Tests.Brokers.Embedded;

/// <summary>A broker in a process of its own, to be killed.</summary>
internal static class BrokerProcess
{
    private static readonly string Program = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "BrokerProcess", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/', '\\')), "BrokerProcess.dll"));

    public static Process Start(string mode, string folder, TimeSpan flushInterval) => Start(
        "dotnet", [Program, mode, folder, $"{(int)flushInterval.TotalMilliseconds}"]);

    /// <summary>Starts the process with a small disk of its own under the folder.</summary>
    public static Process StartOnSmallDisk(string mode, string folder, string size, TimeSpan flushInterval) => Start(
        "unshare",
        [
            "--map-root-user", "--mount", "sh", "-c",
            $"mount -t tmpfs -o size={size} tmpfs '{folder}' && head -c 30M /dev/zero > '{folder}/balloon' && "
            + $"exec dotnet '{Program}' {mode} '{folder}' {(int)flushInterval.TotalMilliseconds}",
        ]);

    /// <summary>Starts the process where the folder is mounted for reading only.</summary>
    public static Process StartOnReadOnlyDisk(string mode, string folder) => Start(
        "unshare",
        [
            "--map-root-user", "--mount", "sh", "-c",
            $"mount --bind '{folder}' '{folder}' && mount -o remount,ro,bind '{folder}' && exec dotnet '{Program}' {mode} '{folder}' 0",
        ]);

    /// <summary>Starts the process as one whom the permissions of files bind, whoever runs the tests.</summary>
    public static Process StartWithoutPrivileges(string mode, string folder) => Environment.IsPrivilegedProcess
        ? Start("setpriv", ["--bounding-set", "-all", "--inh-caps", "-all", "dotnet", Program, mode, folder, "0"])
        : Start(mode, folder, TimeSpan.Zero);

    /// <summary>Starts the process where no file may grow beyond a size.</summary>
    /// <param name="mode">What it does.</param>
    /// <param name="folder">Its data folder.</param>
    /// <param name="bytes">The size.</param>
    /// <param name="isDeadly">Whether it dies of the first file that does; otherwise the system refuses to write it.</param>
    public static Process StartWithSmallFiles(string mode, string folder, int bytes, bool isDeadly) => Start(
        "prlimit",
        [
            $"--fsize={bytes}:unlimited", "env", isDeadly ? "--default-signal=XFSZ" : "--ignore-signal=XFSZ", "DOTNET_EnableWriteXorExecute=0",
            "dotnet", Program, mode, folder, "0",
        ]);

    /// <summary>Starts a broker that serves clients of Kafka, and tells its port.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="faults">Where it is to die; null: nowhere.</param>
    public static Process StartListening(string folder, string? faults) => Start(
        "env",
        ["--ignore-signal=XFSZ", "DOTNET_EnableWriteXorExecute=0", $"GANGLION_FAULTS={faults}", "dotnet", Program, "listen", folder, "0"]);

    /// <summary>Starts the process where some files have nothing in them.</summary>
    public static Process StartWithout(string[] files, string mode, string folder) => Start(
        "unshare",
        [
            "--map-root-user", "--mount", "sh", "-c",
            $"touch '{folder}/nothing' && for file; do mount --bind '{folder}/nothing' \"$file\" || exit; done && exec dotnet '{Program}' {mode} '{folder}' 0",
            "sh", .. files,
        ]);

    /// <summary>Lets the files of a process grow as they like again.</summary>
    public static void AllowLargeFiles(Process process) => LimitFiles(process, "unlimited");

    /// <summary>Lets a process write to no file any more.</summary>
    public static void ForbidFiles(Process process) => LimitFiles(process, "0:unlimited");

    private static void LimitFiles(Process process, string limit)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", $"{process.Id}", $"--fsize={limit}"]);
        prlimit.WaitForExit();
    }

    private static Process Start(string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,

        // A process that is killed would leave its sockets for debuggers behind.
        Environment = { ["DOTNET_EnableDiagnostics"] = "0" },
    })!;
}
