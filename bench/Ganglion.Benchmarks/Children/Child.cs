using System.Diagnostics;
using System.Globalization;

namespace Ganglion.Benchmarks.Children;

/// <summary>This program once more, as a process of its own that can be killed and whose memory is its own.</summary>
internal sealed class Child : IDisposable
{
    /// <summary>The first argument that makes this program a child.</summary>
    public const string Marker = "child";

    private readonly Process _process;

    private Child(Process process) => _process = process;

    public static Child Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Marker, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        return new Child(Process.Start(start)!);
    }

    /// <summary>What the process called by <paramref name="arguments"/> does. Values go to its output, a line each.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        await (arguments switch
        {
            ["fill", var folder, var count] => LogChild.FillAsync(folder, int.Parse(count, CultureInfo.InvariantCulture)),
            ["open", var folder, var count] => LogChild.OpenAsync(folder, int.Parse(count, CultureInfo.InvariantCulture)),
            ["grow", var folder, var count] => LogChild.GrowAsync(folder, int.Parse(count, CultureInfo.InvariantCulture)),
            ["listen"] => ListenerChild.RunAsync(folder: null),
            ["listen", var folder] => ListenerChild.RunAsync(folder),
            ["member", var cluster, var agent] => MemberChild.RunAsync(cluster, agent),
            ["overrun", var cluster, var agent] => OverrunChild.RunAsync(cluster, agent),
            ["spend", var cluster, var limit, var callers, var pause] => SpendingChild.RunAsync(
                cluster, limit, int.Parse(callers, CultureInfo.InvariantCulture), TimeSpan.FromMilliseconds(int.Parse(pause, CultureInfo.InvariantCulture))),
            ["stop", var cluster, var agent] => StoppedChild.RunAsync(cluster, agent),
            ["wait", var folder, var count] => WaitingChild.FillAsync(folder, int.Parse(count, CultureInfo.InvariantCulture)),
            ["resume", var folder, var count] => WaitingChild.ResumeAsync(folder, int.Parse(count, CultureInfo.InvariantCulture)),
            _ => throw new ArgumentException("No such child: " + string.Join(' ', arguments), nameof(arguments)),
        });
        return 0;
    }

    /// <summary>Tells the parent a value.</summary>
    public static void Tell(double value) => Console.Out.WriteLine(value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>In a child: waits until its parent is gone, whatever has become of it.</summary>
    public static Task WhenLeftAloneAsync() => Task.Run(Console.In.ReadToEnd);

    /// <summary>Waits for the next value that the process tells.</summary>
    public async Task<double> ReadAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line
            ? double.Parse(line, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException("A child process ended early.");

    /// <summary>Asks a process that answers for a value.</summary>
    public async Task<double> AskAsync(string value, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(value.AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    /// <summary>Ends the process as a power cut would, as far as the process can tell.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Waits until the process has ended by itself.</summary>
    public Task EndAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
