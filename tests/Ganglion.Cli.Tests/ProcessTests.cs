using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ganglion.Cli.Tests;

/// <summary>What only a process of its own can show: pipes, signals, exit codes.</summary>
public sealed partial class ProcessTests
{
    private const int SigInt = 2;
    private const int SigTerm = 15;

    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "Ganglion.Cli");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SigInt)]
    [InlineData(SigTerm)]
    public async Task Dev_serves_until_it_is_told_to_end(int signal)
    {
        using Process dev = Start("dev", "--volatile", "--port", "0");
        string url = await ReadUrlAsync(dev);

        CliResult listed = await RunAsync(url, "topics", "list");
        Kill(dev.Id, signal).ShouldBe(0);
        await dev.WaitForExitAsync(Cancelled);

        listed.ShouldSucceed();
        dev.ExitCode.ShouldBe(0);
        (await dev.StandardError.ReadToEndAsync(Cancelled)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Dev_keeps_events_in_its_data_folder()
    {
        using var folder = new TemporaryFolder();
        for (int i = 1; i <= 2; i++)
        {
            using Process dev = Start("dev", "--data", folder.Path, "--port", "0");
            string url = await ReadUrlAsync(dev);
            (await RunAsync(url, "produce", "t", "--value", $"{i}")).ShouldSucceed();
            Interrupt(dev);
            await dev.WaitForExitAsync(Cancelled);
        }

        (await RunAsync(server: null, "consume", "t", "--data", folder.Path)).ShouldSucceed().Output.ShouldBe("1\n2\n");
    }

    [Fact]
    public async Task Dev_outlives_more_connections_than_it_may_have_files_open()
    {
        const int files = 384;
        using Process dev = StartLimited(files, "dev", "--volatile", "--port", "0");
        var url = new Uri(await ReadUrlAsync(dev));
        var clients = new List<TcpClient>();
        int refused = 0;
        for (int i = 0; i < files; i++)
        {
            var client = new TcpClient();
            clients.Add(client);
            await client.ConnectAsync(url.Host, url.Port, Cancelled);
            refused += await IsServedAsync(client) ? 0 : 1;
        }

        clients.ForEach(client => client.Dispose());
        using var http = new HttpClient();
        while (!await IsAliveAsync(http, url))
        {
            dev.HasExited.ShouldBeFalse();
        }

        Interrupt(dev);
        await dev.WaitForExitAsync(Cancelled);
        refused.ShouldBeGreaterThan(0);
        dev.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_of_error()
    {
        using Process dev = Start("dev", "--volatile", "--port", "0");
        string url = await ReadUrlAsync(dev);

        CliResult second = await RunAsync(server: null, "dev", "--volatile", "--port", url[(url.LastIndexOf(':') + 1)..]);
        Interrupt(dev);
        await dev.WaitForExitAsync(Cancelled);

        second.ShouldFail().ShouldContain("in use");
    }

    [Fact]
    public async Task Dev_serves_clients_of_Kafka_where_it_is_given_a_port_for_them()
    {
        using Process dev = Start("dev", "--volatile", "--port", "0", "--kafka-port", "0");
        await ReadUrlAsync(dev);
        string told = (await dev.StandardOutput.ReadLineAsync(Cancelled))!;
        told.ShouldStartWith("Clients of Kafka connect to 127.0.0.1:");
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(told.Split(' ')[5]), Cancelled);

        await client.GetStream().WriteAsync(Convert.FromHexString("0000000a" + "0012" + "0000" + "00000007" + "ffff"), Cancelled); // ApiVersions.
        byte[] answer = new byte[8];
        await client.GetStream().ReadExactlyAsync(answer, Cancelled);
        Interrupt(dev);
        await dev.WaitForExitAsync(Cancelled);

        answer[4..].ShouldBe([0, 0, 0, 7]);
        dev.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_port_for_Kafka_that_is_in_use_is_one_line_of_error()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        (await RunAsync(server: null, "dev", "--volatile", "--port", "0", "--kafka-port", $"{((IPEndPoint)other.LocalEndpoint).Port}"))
            .ShouldFail().ShouldContain("in use");
    }

    [Fact]
    public async Task Dev_serves_over_TLS_those_clients_of_Kafka_of_which_it_knows_the_password()
    {
        using var folder = new TemporaryFolder();
        string users = folder.Write("users", "alice:won:der land\nbob:builder\n");
        (string certificate, string key) = folder.WriteCertificate(password: "hush");
        using Process dev = Start(
            server: null, "env",
            ["GANGLION_KAFKA_KEY_PASSWORD=hush", Executable, "dev", "--volatile", "--port", "0", "--kafka-listener", "localhost:0", "--kafka-users", users,
            "--kafka-certificate", certificate, "--kafka-key", key]);
        await ReadUrlAsync(dev);
        string told = (await dev.StandardOutput.ReadLineAsync(Cancelled))!;
        told.ShouldEndWith(" with security.protocol=SASL_SSL");
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(told.Split(' ')[5]), Cancelled);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, static (_, certificate, _, _) => certificate?.Subject == "CN=localhost");
        await tls.AuthenticateAsClientAsync("localhost");

        await tls.WriteAsync(Convert.FromHexString("00000011" + "0011" + "0000" + "00000007" + "ffff" + "0005504c41494e"), Cancelled); // SaslHandshake: PLAIN.
        await ReadAsync(BinaryPrimitives.ReadInt32BigEndian(await ReadAsync(4)));
        byte[] token = "\0alice\0won:der land"u8.ToArray();
        await tls.WriteAsync((byte[])[0, 0, 0, (byte)token.Length, .. token], Cancelled);
        int answer = BinaryPrimitives.ReadInt32BigEndian(await ReadAsync(4));
        Interrupt(dev);
        await dev.WaitForExitAsync(Cancelled);

        answer.ShouldBe(0, "Whoever is let in is told so with nothing; others are disconnected.");
        dev.ExitCode.ShouldBe(0);
        (await dev.StandardError.ReadToEndAsync(Cancelled)).ShouldBeEmpty();

        async Task<byte[]> ReadAsync(int bytes)
        {
            byte[] read = new byte[bytes];
            await tls.ReadExactlyAsync(read, Cancelled);
            return read;
        }
    }

    [Fact]
    public async Task Dev_gives_a_new_topic_as_many_partitions_as_it_is_told_to()
    {
        using Process dev = Start("dev", "--volatile", "--port", "0", "--partitions", "3");
        string url = await ReadUrlAsync(dev);

        (await RunAsync(url, "produce", "t", "--value", "1")).ShouldSucceed();
        CliResult listed = await RunAsync(url, "topics", "list");
        Interrupt(dev);
        await dev.WaitForExitAsync(Cancelled);

        listed.ShouldSucceed().Output.ShouldMatch(@"\bt +3 ");
    }

    [Fact]
    public async Task Dev_listens_elsewhere_only_where_it_is_told_to()
    {
        using Process dev = Start("dev", "--volatile", "--port", "0", "--address", "::1");
        string url = await ReadUrlAsync(dev);

        (await RunAsync(url, "topics", "list")).ShouldSucceed();
        Interrupt(dev);
        await dev.WaitForExitAsync(Cancelled);

        url.ShouldStartWith("http://[::1]:");
    }

    [Fact]
    public async Task What_is_produced_line_by_line_is_there_though_the_end_of_the_input_never_comes()
    {
        await using CliHost host = await CliHost.StartAsync();
        using Process producer = Start("produce", "t", "--json", "--server", host.Url);
        await producer.StandardInput.WriteLineAsync("1");
        await producer.StandardInput.FlushAsync(Cancelled);
        (await producer.StandardOutput.ReadLineAsync(Cancelled)).ShouldNotBeNull();

        Interrupt(producer);
        await producer.WaitForExitAsync(Cancelled);

        producer.ExitCode.ShouldBe(130);
        (await host.RunAsync("consume", "t")).ShouldSucceed().Output.ShouldBe("1\n");
    }

    [Fact]
    public async Task A_follower_ends_when_nobody_reads_its_output_any_more()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1");
        using Process follower = Start("consume", "t", "--follow", "--from-beginning", "--server", host.Url);
        (await follower.StandardOutput.ReadLineAsync(Cancelled)).ShouldBe("1");

        follower.StandardOutput.Close();
        await host.AppendAsync("t", "2");
        await follower.WaitForExitAsync(Cancelled);

        follower.ExitCode.ShouldBe(0);
        (await follower.StandardError.ReadToEndAsync(Cancelled)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_follower_of_a_group_that_is_interrupted_has_committed_what_it_printed()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1");
        using Process follower = Start("consume", "t", "--follow", "--from-beginning", "--group", "g", "--server", host.Url);
        (await follower.StandardOutput.ReadLineAsync(Cancelled)).ShouldBe("1");

        Interrupt(follower);
        await follower.WaitForExitAsync(Cancelled);

        follower.ExitCode.ShouldBe(0);
        (await host.RunAsync("consume", "t", "--group", "g")).ShouldSucceed().Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_follower_whose_host_goes_down_says_so()
    {
        using Process dev = Start("dev", "--volatile", "--port", "0");
        string url = await ReadUrlAsync(dev);
        (await RunAsync(url, "produce", "t", "--value", "1")).ShouldSucceed();
        using Process follower = Start("consume", "t", "--follow", "--from-beginning", "--server", url);
        (await follower.StandardOutput.ReadLineAsync(Cancelled)).ShouldBe("1");

        dev.Kill();
        await follower.WaitForExitAsync(Cancelled);

        new CliResult(follower.ExitCode, "", await follower.StandardError.ReadToEndAsync(Cancelled)).ShouldFail();
    }

    [Fact]
    public async Task The_server_can_be_named_by_the_environment()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1");

        (await RunAsync(host.Url, "consume", "t")).ShouldSucceed().Output.ShouldBe("1\n");
    }

    private static Process Start(params string[] args) => Start(server: null, args);

    private static Process StartLimited(int files, params string[] args) =>
        Start(server: null, "/bin/sh", ["-c", $"ulimit -n {files}; exec \"$0\" \"$@\"", Executable, .. args]);

    private static async Task<bool> IsServedAsync(TcpClient client)
    {
        try
        {
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Cancelled);
            return await stream.ReadAsync(new byte[1], Cancelled) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<bool> IsAliveAsync(HttpClient http, Uri url)
    {
        try
        {
            return (await http.GetAsync(new Uri(url, "/healthz"), Cancelled)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static Process Start(string? server, string[] args) => Start(server, Executable, args);

    private static Process Start(string? server, string program, string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GANGLION_SERVER"] = server ?? "";
        return Process.Start(start)!;
    }

    private static async Task<CliResult> RunAsync(string? server, params string[] args)
    {
        using Process process = Start(server, args);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancelled);
        Task<string> error = process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return new CliResult(process.ExitCode, await output, await error);
    }

    private static async Task<string> ReadUrlAsync(Process dev)
    {
        string line = (await dev.StandardOutput.ReadLineAsync(Cancelled)).ShouldNotBeNull();
        return line[line.IndexOf("http", StringComparison.Ordinal)..];
    }

    private static void Interrupt(Process process) => Kill(process.Id, SigInt).ShouldBe(0);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
