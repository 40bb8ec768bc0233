using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Ganglion.Kafka.Tests.Foreign;

namespace EndToEnd;

/// <summary>The sample, with a client of Kafka in another language on the other side.</summary>
public sealed class KafkaPortTests : SampleTest
{
    [Fact(Timeout = 120_000)]
    public async Task Python_publishes_the_invoices_answers_the_questions_and_reads_what_became_of_them()
    {
        int port = FindFreePort();
        await using SampleProcess sample = Start("--count", "0", "--kafka-port", port.ToString(CultureInfo.InvariantCulture));
        using HttpClient _ = await sample.ConnectAsync();

        await using ForeignProgram python = ForeignProgram.StartScript("invoices.py", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"));
        string[] told = (await python.EndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        told.Select(line => JsonNode.Parse(line)!).Select(one => $"{one["invoice"]} {one["label"]} {one["decided_by"]}").Order().ShouldBe(
            ["PY-1 APPROVED MODEL", "PY-2 APPROVED PERSON", "PY-3 REJECTED PERSON"]);
        await sample.WaitForAsync("invoice.classified", "PY-3", "REJECTED by the person");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("0", "--kafka-port is to be 1 to 65535")]
    [InlineData("9092", "exclude one another", "--kafka", "localhost:9092")]
    public async Task A_port_for_Kafka_clients_that_cannot_be_is_refused(string port, string fault, params string[] more)
    {
        await using SampleProcess sample = Start(["--kafka-port", port, .. more]);

        (int exitCode, _) = await sample.WaitForExitAsync();

        exitCode.ShouldBe(2);
        sample.Errors.ShouldContain(fault);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_port_for_Kafka_clients_that_is_in_use_or_none_is_one_line_of_error()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        string port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        await using SampleProcess invoices = Start("--kafka-port", port);
        await using SampleProcess loans = SampleProcess.StartLoan(Folder.File("loan"), [], "--kafka-port", port);
        await using SampleProcess misused = SampleProcess.StartLoan(Folder.File("loan"), [], "--kafka-port", "70000");

        foreach ((SampleProcess sample, string fault) in new[] { (invoices, "stop what uses it"), (loans, "stop what uses it"), (misused, "1 to 65535") })
        {
            (await sample.WaitForExitAsync()).ExitCode.ShouldBe(1);
            sample.Errors.TrimEnd().Split('\n').ShouldHaveSingleItem().ShouldContain(fault);
        }
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
