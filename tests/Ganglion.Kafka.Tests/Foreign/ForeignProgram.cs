using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>A program that nobody here has written, in a process of its own.</summary>
internal sealed class ForeignProgram : IAsyncDisposable
{
    private const string Advice =
        "These tests run clients of other languages, and never pass without them. eng/kafka-clients.sh installs them on Debian and Ubuntu "
        + "(kcat python3-kafka python3-confluent-kafka python3-snappy python3-lz4 python3-zstandard); elsewhere install kcat, and by pip "
        + "kafka-python, confluent-kafka, python-snappy, lz4 and zstandard for the Python that GANGLION_PYTHON names.";

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private ForeignProgram(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Starts a script beside the tests.</summary>
    /// <param name="script">Where it lies, from the folder of the tests.</param>
    /// <param name="arguments">What it is told.</param>
    public static ForeignProgram StartPython(string script, params string[] arguments) =>
        Start(Python, [Path.Combine(AppContext.BaseDirectory, script), .. arguments]);

    public static ForeignProgram Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1" },
        };
        try
        {
            return new ForeignProgram(Process.Start(start)!);
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException($"'{program}' cannot be started: {missing.Message}. {Advice}", missing);
        }
    }

    // Debian's packages are for Debian's Python, which need not be the first on the path.
    public static string Python => Environment.GetEnvironmentVariable("GANGLION_PYTHON")
        ?? (File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3");

    /// <summary>Writes a line to its input.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Reads a line of its output.</summary>
    /// <exception cref="InvalidOperationException">It has ended instead; its error output tells why.</exception>
    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw await FailedAsync();

    /// <summary>Lets it end.</summary>
    /// <returns>What is left of its output.</returns>
    public async Task<string> EndAsync()
    {
        _process.StandardInput.Close();
        string output = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode == 0 ? output : throw await FailedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<InvalidOperationException> FailedAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        lock (_errors)
        {
            string advice = _errors.ToString().Contains("ModuleNotFoundError", StringComparison.Ordinal) ? " " + Advice : "";
            return new InvalidOperationException(
                $"{string.Join(' ', _process.StartInfo.ArgumentList.Prepend(_process.StartInfo.FileName))} has ended with {_process.ExitCode}: {_errors}{advice}");
        }
    }

    private void Keep(string? line)
    {
        lock (_errors)
        {
            _errors.AppendLine(line);
        }
    }
}
