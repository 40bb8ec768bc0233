using System.Diagnostics;

namespace Architecture;

/// <summary>How eng/test.sh counts: on prepared reports, with a <c>dotnet</c> that builds nothing.</summary>
public sealed class TestScriptTests : IDisposable
{
    // "dotnet build" ends with $BUILD, and NuGet lacks librdkafka if $PRUNE says so. A test project tells which librdkafka it was
    // given, does what was prepared, copies its report and prints its output, if there are any, and ends with the code beside them.
    private const string Dotnet =
        """
        #!/usr/bin/env bash
        case $1 in
            --version) echo 10.0.100 ;;
            build) exit "${BUILD:-0}" ;;
            build-server) ;;
            msbuild) echo "$PRUNE" ;;
            *) name=$(basename "$1" .dll); printf '%s' "$GANGLION_LIBRDKAFKA" >"$name.librdkafka"; source "prepared/$name.sh" 2>/dev/null; cp "prepared/$name.xml" "$3" 2>/dev/null; cat "prepared/$name.out" 2>/dev/null; exit "$(cat "prepared/$name.code")" ;;
        esac
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ganglion-");

    public TestScriptTests()
    {
        Write("global.json", Repository.Read("global.json"));
        Write("eng/test.sh", Repository.Read("eng/test.sh"));
        WriteScript("bin/dotnet", Dotnet);
    }

    // The run that this test belongs to may have a native client of its own.
    private Dictionary<string, string> Environment { get; } = new() { ["GANGLION_LIBRDKAFKA"] = "" };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_passes_is_added_up()
    {
        Prepare("A", exitCode: 0, Report(passed: 2));
        Prepare("B", exitCode: 0, Report(passed: 3));

        (await RunAsync("A", "B")).ShouldBe((0, "5 passed, 0 failed"));
    }

    [Theory]
    [InlineData(2, 1, 0, 0, 1, "2 passed, 1 failed")]
    [InlineData(2, 0, 1, 0, 1, "2 passed, 1 failed")]
    [InlineData(2, 0, 0, 1, 0, "2 passed, 1 failed")]
    [InlineData(2, 1, 1, 1, 1, "2 passed, 3 failed")]
    [InlineData(2, 0, 0, 0, 134, "2 passed, 1 failed")]
    [InlineData(0, 0, 0, 0, 0, "0 passed, 1 failed")]
    public async Task What_fails_or_is_skipped_or_dies_fails_the_run(
        int passed, int bad, int errors, int skipped, int exitCode, string last)
    {
        Prepare("A", exitCode, Report(passed, bad, errors, skipped));

        (await RunAsync("A")).ShouldBe((1, last));
    }

    [Fact]
    public async Task What_a_failed_test_says_is_said_again_at_the_end()
    {
        Prepare("A", exitCode: 1, Report(passed: 1, failed: 1));
        Write("prepared/A.out", "    It fails [FAIL]\n      because\n      of this\n    Another [FINISHED] Time: 1s\n      more\n");

        (_, string output) = await RunScriptAsync("A");

        output[output.IndexOf("What the failed tests say:", StringComparison.Ordinal)..].ShouldBe(
            "What the failed tests say:\n    It fails [FAIL]\n      because\n      of this\n\nFailed:\n  It <fails>\n\n1 passed, 1 failed\n");
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_projects_run_at_the_same_time_and_what_each_prints_comes_whole()
    {
        Prepare("A", exitCode: 0, Report(passed: 2));
        Prepare("B", exitCode: 1, Report(passed: 1, failed: 1));
        Write("prepared/A.sh", "echo a1; until [[ -e B.librdkafka ]]; do sleep 0.01; done; echo a2\n");
        Write("prepared/B.sh", "echo b1; until [[ -e A.librdkafka ]]; do sleep 0.01; done; echo b2\n");

        (int exitCode, string output) = await RunScriptAsync("A", "B");

        exitCode.ShouldBe(1);
        output.ShouldContain("a1\na2\n");
        output.ShouldContain("b1\nb2\n");
        output.ShouldEndWith("\n3 passed, 1 failed\n");
    }

    [Fact]
    public async Task A_project_that_leaves_no_report_fails_the_run()
    {
        Prepare("A", exitCode: 0, Report(passed: 2));
        Prepare("B", exitCode: 0, report: null);

        (await RunAsync("A", "B")).ShouldBe((1, "2 passed, 1 failed"));
    }

    [Fact]
    public async Task A_build_that_fails_fails_the_run()
    {
        Prepare("A", exitCode: 0, Report(passed: 2));
        Environment["BUILD"] = "1";

        (await RunAsync("A")).ShouldBe((1, "0 passed, 1 failed"));
    }

    [Theory]
    [InlineData("true", "", "MockKafka", "built")]
    [InlineData("false", "", "MockKafka", "")]
    [InlineData("true", "", "BrokerProcess", "")]
    [InlineData("true", "own", "MockKafka", "own")]
    public async Task Kafkas_native_client_is_built_where_a_project_needs_it_and_NuGet_has_none(
        string prune, string own, string project, string given)
    {
        PrepareLibrdkafka("echo built");
        Environment["PRUNE"] = prune;
        Environment["GANGLION_LIBRDKAFKA"] = own;
        Write("tests/A/A.csproj", $"../{project}/{project}.csproj");
        Prepare("A", exitCode: 0, Report(passed: 2));

        (await RunAsync("A")).ShouldBe((0, "2 passed, 0 failed"));
        File.ReadAllText(PathOf("A.librdkafka")).ShouldBe(given);
    }

    [Fact]
    public async Task A_native_client_that_cannot_be_built_fails_the_run()
    {
        PrepareLibrdkafka("exit 1");
        Environment["PRUNE"] = "true";
        Write("tests/A/A.csproj", "MockKafka");
        Prepare("A", exitCode: 0, Report(passed: 2));

        (await RunAsync("A")).ShouldBe((1, "2 passed, 1 failed"));
    }

    [Theory]
    [InlineData("A", "<None Update=\"Foreign/*.py\" />", true)]
    [InlineData("A", "<None Update=\"Foreign/*.cs\" />", false)]
    [InlineData("Ganglion.Tests", "<None Update=\"Foreign/*.cs\" />", true)]
    public async Task Kafka_clients_of_other_languages_are_installed_where_a_project_has_scripts_or_needs_the_libraries_for_them(
        string project, string item, bool installed)
    {
        WriteScript("eng/kafka-clients.sh", "#!/usr/bin/env bash\ntouch installed; exit 1\n");
        Write($"tests/{project}/{project}.csproj", item);
        Prepare(project, exitCode: 0, Report(passed: 2));

        (await RunAsync(project)).ShouldBe((0, "2 passed, 0 failed"));
        File.Exists(PathOf("installed")).ShouldBe(installed);
    }

    private static string Report(int passed, int failed = 0, int errors = 0, int skipped = 0) =>
        $"""
        <?xml version="1.0" encoding="utf-8"?><assemblies><assembly name="A.dll" total="{passed + failed + skipped}"
        passed="{passed}" failed="{failed}" skipped="{skipped}" errors="{errors}"><collection total="9" passed="9" failed="9">
        <test name="It &lt;fails&gt;" result="Fail" /></collection></assembly></assemblies>
        """;

    private void Prepare(string project, int exitCode, string? report)
    {
        Write($"prepared/{project}.code", $"{exitCode}");
        if (report is not null)
        {
            Write($"prepared/{project}.xml", report);
        }
    }

    private void PrepareLibrdkafka(string command) => WriteScript("eng/librdkafka.sh", $"#!/usr/bin/env bash\n{command}\n");

    private async Task<(int ExitCode, string LastLine)> RunAsync(params string[] projects)
    {
        (int exitCode, string output) = await RunScriptAsync(projects);
        return (exitCode, output.TrimEnd('\n').Split('\n')[^1]);
    }

    private async Task<(int ExitCode, string Output)> RunScriptAsync(params string[] projects)
    {
        var start = new ProcessStartInfo("bash", [PathOf("eng/test.sh"), .. projects]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["PATH"] = $"{PathOf("bin")}{Path.PathSeparator}{start.Environment["PATH"]}";
        foreach ((string name, string value) in Environment)
        {
            start.Environment[name] = value;
        }

        using Process script = Process.Start(start)!;
        string output = await script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (script.ExitCode, output);
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllText(PathOf(file), text);
    }

    private void WriteScript(string file, string text)
    {
        Write(file, text.ReplaceLineEndings("\n"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(PathOf(file), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }
}
