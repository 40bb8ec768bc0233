using System.Diagnostics;
using System.Globalization;
using Ganglion.Testing;

namespace EndToEnd;

internal sealed partial class SampleProcess
{
    private static readonly string Program = PathOf("InvoiceApproval");

    /// <summary>Starts it on a free port, unless the arguments name one.</summary>
    public static SampleProcess Start(string data, params string[] arguments) => Start(data, [], arguments);

    public static SampleProcess Start(string data, Dictionary<string, string> environment, params string[] arguments) =>
        new(Launch("dotnet", [Program, .. Complete(data, arguments)], environment));

    /// <summary>Starts it in a terminal of its own, whose screen is the standard output.</summary>
    public static SampleProcess StartInTerminal(string data, int columns, params string[] arguments) =>
        StartInTerminal("xterm-256color", data, columns, arguments);

    /// <summary>Starts it in a terminal of this kind.</summary>
    public static SampleProcess StartInTerminal(string kind, string data, int columns, params string[] arguments)
    {
        string command = string.Join(' ', Complete(data, arguments).Prepend(Program).Select(argument => $"'{argument}'"));
        string shell = string.Create(CultureInfo.InvariantCulture, $"stty cols {columns} && exec dotnet {command}");
        return new(Launch("script", ["-q", "-e", "-c", shell, "/dev/null"], new() { ["TERM"] = kind }), isScreen: kind != "dumb");
    }

    /// <summary>Starts it with a folder that it may not write, whoever runs the tests.</summary>
    public static SampleProcess StartOnReadOnlyFolder(string data)
    {
        Directory.CreateDirectory(data);
        using var deny = Process.Start("chmod", ["500", data]);
        deny.WaitForExit();
        return Environment.IsPrivilegedProcess
            ? new(Launch("setpriv", ["--bounding-set", "-all", "--inh-caps", "-all", "dotnet", Program, .. Complete(data, [])]))
            : Start(data);
    }

    /// <summary>Starts it with a disk of its own on which there is room for this much.</summary>
    public static SampleProcess StartOnSmallDisk(string data, string size, params string[] arguments)
    {
        Directory.CreateDirectory(data);
        string mount = $"mount -t tmpfs -o size={size} tmpfs '{data}' && exec dotnet \"$@\"";
        return new(Launch("unshare", ["--map-root-user", "--mount", "sh", "-c", mount, "sh", Program, .. Complete(data, arguments)]));
    }

    /// <summary>
    /// Starts it into a pipe from which so many lines are read, until <c>closed</c> tells that nobody reads it any more; <c>exit N</c>
    /// tells how it has ended.
    /// </summary>
    public static SampleProcess StartIntoHead(string data, int lines, params string[] arguments)
    {
        string shell = string.Create(
            CultureInfo.InvariantCulture,
            $"dotnet \"$@\" | (head -{lines}; exec <&-; echo closed); echo \"exit ${{PIPESTATUS[0]}}\"; cat >/dev/null");
        return new(Launch("bash", ["-c", shell, "bash", Program, .. Complete(data, arguments)]));
    }

    /// <summary>Runs a command of the command line to its end.</summary>
    public static async Task RunCliAsync(params string[] arguments)
    {
        using Process process = Launch("dotnet", [PathOf("Ganglion.Cli"), .. arguments]);
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, errors);
    }

    /// <summary>Starts the program of the tutorial on a free port.</summary>
    public static SampleProcess StartTutorial(string folder) =>
        new(Launch("dotnet", [PathOf("TankWatch")], new() { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" }, folder));

    /// <summary>Starts the process that obeys faults, on a folder with its data and its effects.</summary>
    public static SampleProcess StartFaulty(string folder, string faults, params string[] arguments) =>
        new(Launch("dotnet", [PathOf("FaultProcess"), folder, .. arguments], new() { [FaultInjection.Variable] = faults }));

    /// <summary>Starts the bank, on a folder with its data and its receipts.</summary>
    public static SampleProcess StartTransfers(string folder, string broker) =>
        new(Launch("dotnet", [PathOf("TransferProcess"), folder, broker]));

    /// <summary>Starts an embedded broker that clients of Kafka reach at a port.</summary>
    public static SampleProcess StartCluster(string folder, int port) => new(Launch(
        "dotnet", [PathOf("Ganglion.Cli"), "dev", "--data", folder, "--port", "0", "--kafka-port", port.ToString(CultureInfo.InvariantCulture)]));

    /// <summary>Starts a process that spends as much as it can of a limit on a cluster.</summary>
    public static SampleProcess StartSpending(string cluster, string limit, int callers) => new(Launch(
        "dotnet", [PathOf("SpendingProcess"), cluster, limit, callers.ToString(CultureInfo.InvariantCulture)]));

    /// <summary>Starts the loan sample.</summary>
    public static SampleProcess StartLoan(string data, Dictionary<string, string> environment, params string[] arguments) =>
        new(Launch("dotnet", [PathOf("Loan"), "--data", data, .. arguments], environment));

    /// <summary>Starts the research team.</summary>
    public static SampleProcess StartTeam(string data, params string[] arguments) => StartTeam(data, [], arguments);

    /// <summary>Starts the research team.</summary>
    public static SampleProcess StartTeam(string data, Dictionary<string, string> environment, params string[] arguments) => new(Launch(
        "dotnet", [PathOf("ResearchTeam"), "--data", data, .. arguments], new(environment) { ["Ganglion__Kafka__Consumer__SessionTimeout"] = "00:00:06" }));

    /// <summary>Starts the sample of the dealership.</summary>
    public static SampleProcess StartDealership(string data, params string[] arguments) => new(Launch(
        "dotnet", [PathOf("Dealership"), "--data", data, .. arguments], new() { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" }));

    /// <summary>Starts the marketing assistant on a free port.</summary>
    public static SampleProcess StartMarketing(string data, Dictionary<string, string> environment, params string[] arguments) =>
        new(Launch("dotnet", [PathOf("MarketingAssistant"), .. Complete(data, arguments)], environment));

    /// <summary>Runs commands of a shell that knows the command line as <c>ganglion</c>.</summary>
    public static async Task<(int ExitCode, string Output)> RunShellAsync(string folder, string commands, Uri server)
    {
        string ganglion = $"set -e; ganglion() {{ dotnet '{PathOf("Ganglion.Cli")}' \"$@\"; }}\n";
        using Process process = Launch("bash", ["-c", ganglion + commands], new() { ["GANGLION_SERVER"] = server.ToString() }, folder);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output.Length > 0 ? output : await errors);
    }

    private static string[] Complete(string data, string[] arguments) =>
        arguments.Contains("--port") ? ["--data", data, .. arguments] : ["--data", data, "--port", "0", .. arguments];

    // Built beside the tests, in the same configuration.
    private static string PathOf(string project) => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", project, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/', '\\')), $"{project}.dll"));

    private static Process Launch(string program, string[] arguments, Dictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder,
        };

        // A process that is killed would leave its sockets for debuggers behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach ((string name, string value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
