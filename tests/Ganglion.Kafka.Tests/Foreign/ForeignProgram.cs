using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>A program that nobody here has written, in a process of its own.</summary>
internal sealed class ForeignProgram : IAsyncDisposable
{
    private const string Advice =
        "These tests run clients of other languages, and never pass without them. eng/kafka-clients.sh installs them on Debian and Ubuntu "
        + "(kcat python3-kafka python3-confluent-kafka python3-snappy python3-lz4 python3-zstandard); elsewhere install kcat, and by pip "
        + "kafka-python, confluent-kafka, python-snappy, lz4 and zstandard for the Python that GANGLION_PYTHON names. Where Node.js (20.19.4 "
        + "or newer) and npm are, it gets kafkajs and @platformatic/kafka too.";

    // As eng/kafka-clients.sh has it.
    private const string NodeClients = "kafkajs-2.2.4+platformatic-1.35.0";
    private const string NodeVariable = "GANGLION_NODE_CLIENTS";

    // What Python and Node say of a package that is not there.
    private static readonly string[] Missing = ["ModuleNotFoundError", "MODULE_NOT_FOUND"];

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private bool _isDisposed;

    private ForeignProgram(Process process, Action<string>? onError)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            Keep(line.Data);
            if (line.Data is { } text)
            {
                onError?.Invoke(text);
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>Starts a script beside the tests, Python's or Node's, or a program of .NET.</summary>
    /// <param name="script">Where it lies, from the folder of the tests.</param>
    /// <param name="arguments">What it is told.</param>
    public static ForeignProgram StartScript(string script, params string[] arguments) => Start(
        Path.GetExtension(script) switch { ".py" => Python, ".dll" => "dotnet", _ => "node" }, [Path.Combine(AppContext.BaseDirectory, script), .. arguments]);

    public static ForeignProgram Start(string program, params string[] arguments) => Start(program, arguments, onError: null);

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">What it is told.</param>
    /// <param name="onError">Is given each line of its error output.</param>
    /// <exception cref="InvalidOperationException">There is none; the message says what installs it.</exception>
    public static ForeignProgram Start(string program, string[] arguments, Action<string>? onError)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1", [NodeVariable] = NodeFolder },
        };
        try
        {
            return new ForeignProgram(Process.Start(start)!, onError);
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException($"'{program}' cannot be started: {missing.Message}. {Advice}", missing);
        }
    }

    private static string NodeFolder => Variable(NodeVariable) ?? Path.Combine(
        Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "ganglion",
        "node-clients",
        NodeClients);

    // Empty is as good as not there, for scripts as well.
    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    // Debian's packages are for Debian's Python, which need not be the first on the path.
    public static string Python => Variable("GANGLION_PYTHON")
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

    /// <summary>Reads a line of its output, whenever one comes; null if it has ended.</summary>
    public async Task<string?> TryReadLineAsync() => await _process.StandardOutput.ReadLineAsync();

    /// <summary>Lets it read that nothing more comes.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Asks it to stop, as Ctrl-C does.</summary>
    public async Task InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Lets it end.</summary>
    /// <returns>What is left of its output.</returns>
    public async Task<string> EndAsync()
    {
        CloseInput();
        string output = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode == 0 ? output : throw await FailedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }

    /// <summary>What is to be said of a program that has ended as it should not.</summary>
    public async Task<InvalidOperationException> FailedAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        lock (_errors)
        {
            string advice = Missing.Any(_errors.ToString().Contains) ? " " + Advice : "";
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
