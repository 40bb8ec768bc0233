using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace EndToEnd;

/// <summary>The sample, running as a process of its own on a free port.</summary>
internal sealed partial class SampleProcess : IAsyncDisposable
{
    private const string Listening = "Listening on";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<string> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private volatile TaskCompletionSource _nextError = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly bool _isScreen;

    private SampleProcess(Process process, bool isScreen = false)
    {
        _process = process;
        _isScreen = isScreen;
        _reading = Task.WhenAll(ReadOutputAsync(), ReadErrorsAsync());
    }

    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Completes with the next line of the error output, or when there can be none any more.</summary>
    public Task NextError => _nextError.Task;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Writes lines to the standard input, and ends it.</summary>
    public async Task WriteAsync(params string[] lines)
    {
        await _process.StandardInput.WriteAsync(string.Concat(lines.Select(line => line + "\n")));
        _process.StandardInput.Close();
    }

    /// <summary>Types a line into the terminal.</summary>
    public async Task TypeAsync(string line)
    {
        await _process.StandardInput.WriteAsync(line + "\n");
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits for a line of the standard output that contains all of these texts.</summary>
    public async Task<string> WaitForAsync(params string[] texts)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await foreach (string line in _lines.Reader.ReadAllAsync(patience.Token))
            {
                if (texts.All(line.Contains))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
        }

        throw new InvalidOperationException($"The sample did not write '{string.Join(" … ", texts)}'. {Errors}");
    }

    /// <summary>The lines of the standard output that nobody has read, until it ends.</summary>
    public IAsyncEnumerable<string> ReadLinesAsync() => _lines.Reader.ReadAllAsync();

    /// <summary>Waits for the server, and connects to it.</summary>
    public async Task<HttpClient> ConnectAsync()
    {
        string line = await _listening.Task.WaitAsync(Patience);
        return new HttpClient { BaseAddress = new Uri(line) };
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code, and the lines that nobody has read.</returns>
    public async Task<(int ExitCode, IReadOnlyList<string> Lines)> WaitForExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        await _reading;
        return (_process.ExitCode, await _lines.Reader.ReadAllAsync(patience.Token).ToListAsync(patience.Token));
    }

    /// <summary>Kills it at a random moment: while it starts, or after it has told of some events.</summary>
    /// <returns>Whether it was still running.</returns>
    public async Task<bool> KillInTheMiddleAsync(Random random)
    {
        using var patience = new CancellationTokenSource(Patience);
        int lines = random.Next(5) == 0 ? 0 : random.Next(1, 300);
        await foreach (string _ in _lines.Reader.ReadAllAsync(patience.Token))
        {
            if (--lines <= 0)
            {
                break;
            }
        }

        await KillAsync();
        return _process.ExitCode != 0;
    }

    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _reading;
    }

    /// <summary>Asks it to end, as an operating system or a person does.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private async Task ReadOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            Notice(line);
            _lines.Writer.TryWrite(_isScreen ? TerminalCodes().Replace(line, string.Empty) : line);
        }

        _lines.Writer.Complete();
    }

    // Beside JSON, the address is told on the error output.
    private void Notice(string line)
    {
        if (line.IndexOf(Listening, StringComparison.OrdinalIgnoreCase) is >= 0 and int start)
        {
            _listening.TrySetResult(line[(start + Listening.Length)..].TrimStart(':', ' '));
        }
    }

    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]|\e[=>]")]
    private static partial Regex TerminalCodes();

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            Notice(line);
            lock (_errors)
            {
                _errors.AppendLine(line);
            }

            TaskCompletionSource came = _nextError;
            _nextError = new(TaskCreationOptions.RunContinuationsAsynchronously);
            came.SetResult();
        }

        _nextError.SetResult();
    }
}
