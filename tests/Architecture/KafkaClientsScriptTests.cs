using System.Diagnostics;

namespace Architecture;

/// <summary>What eng/kafka-clients.sh does about the packages of Node.js, with an <c>npm</c> that installs nothing; the other clients are there.</summary>
public sealed class KafkaClientsScriptTests : IDisposable
{
    private const string Nothing = "#!/usr/bin/env bash\n";

    // Half of what it is asked for lies there before it ends with $NPM.
    private const string Npm =
        """
        #!/usr/bin/env bash
        echo installing >>"$CALLS"
        mkdir -p "$3/node_modules/kafkajs"
        [[ ${NPM:-0} == 0 ]] || exit "$NPM"
        mkdir -p "$3/node_modules/@platformatic/kafka"
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ganglion-");

    public KafkaClientsScriptTests()
    {
        WriteScript("npm", Npm);
        WriteScript("node", Nothing);
        WriteScript("kcat", Nothing);
        WriteScript("python", Nothing);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_is_installed_is_not_installed_again()
    {
        (await RunAsync()).ExitCode.ShouldBe(0);
        (await RunAsync()).ExitCode.ShouldBe(0);

        Calls().ShouldBe(1);
    }

    [Fact]
    public async Task Half_of_an_installation_is_not_taken_for_a_whole_one()
    {
        (int exitCode, string output) = await RunAsync(npm: 1);
        exitCode.ShouldBe(1);
        output.ShouldContain("npm install");

        (await RunAsync()).ExitCode.ShouldBe(0);
        Calls().ShouldBe(2);
    }

    [Fact]
    public async Task Of_two_at_once_one_installs()
    {
        (int ExitCode, string Output)[] both = await Task.WhenAll(RunAsync(), RunAsync());

        both.ShouldAllBe(run => run.ExitCode == 0);
        Calls().ShouldBe(1);
    }

    private int Calls() => File.ReadLines(PathOf("calls")).Count();

    private async Task<(int ExitCode, string Output)> RunAsync(int npm = 0)
    {
        var start = new ProcessStartInfo("bash", [Repository.PathOf("eng/kafka-clients.sh")])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment =
            {
                ["XDG_CACHE_HOME"] = PathOf("cache"),
                ["GANGLION_PYTHON"] = PathOf("bin/python"),
                ["GANGLION_NODE_CLIENTS"] = "",
                ["CALLS"] = PathOf("calls"),
                ["NPM"] = $"{npm}",
            },
        };
        start.Environment["PATH"] = $"{PathOf("bin")}{Path.PathSeparator}{start.Environment["PATH"]}";
        using Process script = Process.Start(start)!;
        string output = await script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (script.ExitCode, output);
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    private void WriteScript(string name, string text)
    {
        Directory.CreateDirectory(PathOf("bin"));
        string path = PathOf($"bin/{name}");
        File.WriteAllText(path, text.ReplaceLineEndings("\n"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }
}
