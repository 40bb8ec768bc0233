using System.Text;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Tests;

/// <summary>What a command left.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error)
{
    public IReadOnlyList<string> Lines => Output.TrimEnd('\n').Split('\n');

    public static async Task<CliResult> OfAsync(IReadOnlyList<string> args, byte[] input, int? width = null)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var terminal = new Terminal(new MemoryStream(input), output, error, width);
        int exitCode = await CommandLine.RunAsync(args, terminal, TestContext.Current.CancellationToken);
        return new CliResult(exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    public CliResult ShouldSucceed()
    {
        Error.ShouldBeEmpty();
        ExitCode.ShouldBe(0);
        return this;
    }

    /// <summary>Failed with one clear line.</summary>
    public string ShouldFail(int exitCode = 1)
    {
        ExitCode.ShouldBe(exitCode);
        string line = Error.TrimEnd('\n', '\r');
        line.ShouldStartWith("ganglion: ");
        line.ShouldNotContain("\n");
        return line;
    }
}
