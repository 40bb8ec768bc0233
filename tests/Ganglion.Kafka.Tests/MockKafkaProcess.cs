using System.Diagnostics;
using System.Text;
using Ganglion.Kafka.Native;

namespace Ganglion.Kafka.Tests;

/// <summary>The program tests/MockKafka in a process of its own, which obeys lines and answers each with one.</summary>
internal sealed class MockKafkaProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly StringBuilder _errors = new();

    private MockKafkaProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
    }

    /// <summary>Where the program lies, with all that it needs.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "MockKafka", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/', '\\'))));

    /// <summary>The addresses of all brokers, for <c>bootstrap.servers</c>.</summary>
    public string BootstrapServers { get; private set; } = "";

    /// <summary>Starts a cluster with the native client of this process.</summary>
    public static async Task<MockKafkaProcess> StartAsync(int brokers)
    {
        var started = new MockKafkaProcess(Launch(Folder, Environment.GetEnvironmentVariable(NativeClient.Variable), [$"{brokers}"]));
        try
        {
            started.BootstrapServers = await started.ReadAsync();

            // Three seconds by default, as with a real broker, which every first assignment of a group would take.
            await started.SendAsync("rebalance-delay 0");
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the program with another native client.</summary>
    /// <param name="folder">Where the program lies.</param>
    /// <param name="librdkafka">The native client, or nothing for the one that NuGet has brought.</param>
    /// <param name="arguments">What is said to it.</param>
    public static Process Launch(string folder, string? librdkafka, string[] arguments)
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

    /// <summary>Says a line, and waits until it has been obeyed.</summary>
    public async Task SendAsync(string command)
    {
        await _turn.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(command);
            await _process.StandardInput.FlushAsync();
            string answer = await ReadAsync();
            if (answer != "ok")
            {
                throw new InvalidOperationException($"{command}: {answer}");
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits until the process has ended by itself, because nobody can send it anything any more.</summary>
    public async Task CloseAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _turn.Dispose();
    }

    private async Task<string> ReadAsync()
    {
        if (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            return line;
        }

        await _process.WaitForExitAsync();
        lock (_errors)
        {
            throw new InvalidOperationException($"MockKafka has ended with exit code {_process.ExitCode}. {_errors}");
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
