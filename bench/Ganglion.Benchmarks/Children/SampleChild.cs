using System.Diagnostics;

namespace Ganglion.Benchmarks.Children;

/// <summary>The built sample <c>InvoiceApproval</c>, running as people run it: broker on disk, agents, HTTP API.</summary>
internal sealed class SampleChild : IDisposable
{
    private static readonly string Program = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "InvoiceApproval", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/', '\\')), "InvoiceApproval.dll"));

    private readonly Process _process;

    private SampleChild(Process process) => _process = process;

    /// <summary>The processor time that it has used so far.</summary>
    public TimeSpan Used
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static SampleChild Start(string folder, params string[] options)
    {
        var start = new ProcessStartInfo("dotnet", [Program, "--data", folder, "--port", "0", "--json", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Process process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return new SampleChild(process);
    }

    /// <summary>Waits until the timeline shows an event of a type.</summary>
    public async Task WaitForAsync(string type, CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains($"\"type\":\"{type}\"", StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"The sample ended without '{type}'.");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
