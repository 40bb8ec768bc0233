using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EndToEnd;

/// <summary>How it starts and how it ends: signals, ports, folders, exit codes.</summary>
public sealed class ProcessTests : SampleTest
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_it_cleanly_and_nothing_is_left_half_done(string signal)
    {
        string[] options = ["--count", "3000", "--auto-approve", "--exit-when-done"];
        await using (SampleProcess first = Start(options))
        {
            await first.WaitForAsync(Classified);
            first.Signal(signal);
            (await first.WaitForExitAsync()).ExitCode.ShouldBe(0, first.Errors);
            first.Errors.ShouldBeEmpty();
        }

        IReadOnlyList<string> lines = await RunAsync("--count", "3000", "--auto-approve");
        lines[^1].ShouldStartWith("3000 invoices: ");
        lines[^1].ShouldEndWith(", 0 rejected, 0 parked");
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_line()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        await using SampleProcess sample = Start("--port", port);

        (await sample.WaitForExitAsync()).ExitCode.ShouldBe(1);
        sample.Errors.Trim().ShouldBe($"invoice-approval: Port {port} is in use: choose another by --port, or 0 for any that is free.");
    }

    [Fact]
    public async Task The_port_of_the_command_line_counts_more_than_the_environment()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var environment = new Dictionary<string, string> { ["ASPNETCORE_URLS"] = $"http://{listener.LocalEndpoint}" };

        await using var sample = SampleProcess.Start(Folder.Data, environment, "--port", "0");

        using HttpClient client = await sample.ConnectAsync();
        (await client.GetAsync("/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_folder_is_told_who_holds_it()
    {
        await using SampleProcess first = Start();
        using HttpClient client = await first.ConnectAsync();

        await using SampleProcess second = Start();

        (await second.WaitForExitAsync()).ExitCode.ShouldBe(1);
        second.Errors.Trim().Split('\n').Length.ShouldBe(1, second.Errors);
        second.Errors.ShouldContain($"process {first.Id} ");
    }

    [Fact]
    public async Task A_data_folder_that_may_not_be_written_is_one_clear_line()
    {
        await using var sample = SampleProcess.StartOnReadOnlyFolder(Folder.Data);

        (await sample.WaitForExitAsync()).ExitCode.ShouldBe(1);
        sample.Errors.Trim().Split('\n').Length.ShouldBe(1, sample.Errors);
        sample.Errors.ShouldContain(Folder.Data);
    }

    [Fact]
    public async Task A_full_disk_is_one_clear_line()
    {
        await using var sample = SampleProcess.StartOnSmallDisk(Folder.Data, "40m", "--count", "50000", "--auto-approve", "--exit-when-done", "--json");

        (await sample.WaitForExitAsync()).ExitCode.ShouldBe(1);
        sample.Errors.ShouldContain("full");
        sample.Errors.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData(1, "--json")]
    [InlineData(3)]
    public async Task When_nobody_reads_its_output_any_more_the_next_event_ends_it(int read, params string[] options)
    {
        await using var sample = SampleProcess.StartIntoHead(Folder.Data, read, [.. options, "--input", "-"]);
        await sample.TypeAsync("""{"invoice_id":"INV-1","amount":10}""");
        await sample.WaitForAsync("closed");

        await sample.TypeAsync("""{"invoice_id":"INV-2","amount":10}""");

        await sample.WaitForAsync("exit 0");
        sample.Errors.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("There is no file 'nowhere.jsonl': name a file of JSON lines, or - for the standard input.", "--input", "nowhere.jsonl")]
    [InlineData("Cannot parse argument 'x' for option '--count'. See --help.", "--count", "x")]
    [InlineData("Unrecognized command or argument '--bogus'. See --help.", "--bogus")]
    [InlineData("There is no file '·[2J': name a file of JSON lines, or - for the standard input.", "--input", "\e[2J")]
    [InlineData("--input and --count exclude one another.", "--input", "-", "--count", "1")]
    [InlineData("--exit-when-done and --kafka exclude one another: other processes may have work of which this one does not know.", "--kafka", "localhost:9092", "--exit-when-done")]
    [InlineData("--count is to be 0 or more.", "--count", "-1")]
    [InlineData("--port is to be 0 to 65535.", "--port", "70000")]
    public async Task A_wrong_option_is_one_clear_line_and_leaves_no_folder_behind(string error, params string[] arguments)
    {
        await using SampleProcess sample = Start(arguments);

        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();
        exitCode.ShouldBe(2);
        lines.ShouldBeEmpty();
        sample.Errors.TrimEnd().ShouldBe($"invoice-approval: {error}");
        Directory.Exists(Folder.Data).ShouldBeFalse();
    }
}
