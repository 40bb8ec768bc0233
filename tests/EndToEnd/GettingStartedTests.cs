using System.Diagnostics;

namespace EndToEnd;

/// <summary>docs/getting-started.md does what it says.</summary>
public sealed class GettingStartedTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder = new();
    private SampleProcess? _host;
    private Uri? _address;

    [Fact]
    public async Task Its_code_is_that_of_the_sample()
    {
        Tutorial[] files = [.. Tutorial.Read().Where(block => block.Language == "csharp")];

        files.Length.ShouldBe(4);
        foreach (Tutorial file in files)
        {
            string[] lines = file.Text.Split('\n');
            string sample = await File.ReadAllTextAsync(Path.Combine(Tutorial.Root, "samples", lines[0][3..]));
            string.Join('\n', lines.Skip(1)).ShouldBe(sample.TrimEnd('\n'), lines[0]);
        }
    }

    [Fact]
    public async Task Its_commands_print_what_it_shows()
    {
        Directory.CreateDirectory(_folder.File("TankWatch"));
        try
        {
            // What builds is left to the build of the samples; the program itself is started as built there.
            foreach (Tutorial block in Tutorial.Read().Where(block => block.Language == "sh" && !block.Text.Contains("dotnet new") && !block.Text.Contains("dotnet pack")))
            {
                await DoAsync(block);
            }
        }
        finally
        {
            await StopAsync();
        }
    }

    public void Dispose() => _folder.Dispose();

    private async Task DoAsync(Tutorial block)
    {
        switch (block.Text)
        {
            case "dotnet run --project TankWatch.Tests":
                break;
            case "dotnet run --project TankWatch":
                await StopAsync();
                _host = SampleProcess.StartTutorial(_folder.File("TankWatch"));
                using (HttpClient client = await _host.ConnectAsync())
                {
                    _address = client.BaseAddress;
                }

                break;
            case var command when command.Contains("--data", StringComparison.Ordinal):
                await StopAsync();
                (await RunAsync(command)).ExitCode.ShouldBe(0);
                break;
            case var command when command.StartsWith("ganglion", StringComparison.Ordinal):
                await RunUntilAsync(command, block.IsOutput);
                break;
            default:
                (await RunAsync(block.Text)).ExitCode.ShouldBe(0);
                break;
        }
    }

    // A person who types is slower than the agent; a test is not.
    private async Task RunUntilAsync(string command, Func<string, bool> isExpected)
    {
        var patience = Stopwatch.StartNew();
        (int exitCode, string output) = await RunAsync(command);
        while ((exitCode != 0 || !isExpected(output)) && patience.Elapsed < Patience)
        {
            (exitCode, output) = await RunAsync(command);
        }

        isExpected(output).ShouldBeTrue($"{command}\n{output}");
    }

    private Task<(int ExitCode, string Output)> RunAsync(string commands) => SampleProcess.RunShellAsync(
        _folder.File("."), commands.Replace("http://127.0.0.1:5080", _address!.ToString().TrimEnd('/'), StringComparison.Ordinal), _address);

    private async Task StopAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
            _host = null;
        }
    }
}
