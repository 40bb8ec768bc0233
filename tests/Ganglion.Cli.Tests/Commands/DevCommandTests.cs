namespace Ganglion.Cli.Tests.Commands;

/// <summary>What <c>dev</c> refuses to begin with; what it does then is in <see cref="ProcessTests"/>.</summary>
public sealed class DevCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData("exclude one another", "--kafka-port", "0", "--kafka-listener", "127.0.0.1:0")]
    [InlineData("--kafka-users is for clients of Kafka: give --kafka-port or --kafka-listener too.", "--kafka-users", "users")]
    [InlineData("--kafka-key is the key of a certificate: give --kafka-certificate too.", "--kafka-port", "0", "--kafka-key", "key.pem")]
    [InlineData("'9092' is no IP address and port", "--kafka-listener", "9092")]
    [InlineData("'127.0.0.1' is no IP address and port", "--kafka-listener", "127.0.0.1")]
    [InlineData("'::1:9092' is no IP address and port", "--kafka-listener", "::1:9092")]
    [InlineData("--kafka-port is 70000: it is 0 to 65535.", "--kafka-port", "70000")]
    [InlineData("--partitions is 0: it is 1 to 10000.", "--partitions", "0")]
    public async Task A_listener_for_clients_of_Kafka_that_cannot_be_meant_is_refused(string fault, params string[] args) =>
        (await RunAsync(args)).ShouldFail(exitCode: 2).ShouldContain(fault);

    [Theory(Timeout = 60_000)]
    [InlineData("Clients of Kafka cannot be served: The listener's options are not valid: --kafka-advertised is 'kafka'; it is host:port", "--kafka-advertised", "kafka")]
    [InlineData("--kafka-certificate is '/nowhere/broker.pem': ", "--kafka-certificate", "/nowhere/broker.pem")]
    [InlineData("--kafka-users cannot be read: Could not find", "--kafka-users", "/nowhere/users")]
    public async Task What_a_listener_for_clients_of_Kafka_cannot_use_is_one_line_of_error(string fault, params string[] args)
    {
        string error = (await RunAsync(["--kafka-port", "0", .. args])).ShouldFail();

        error.ShouldContain(fault);
        error.ShouldNotContain("Parameter");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("", "has no users")]
    [InlineData("alice:hush\nhushhush", "Line 2 of")]
    [InlineData("\n:hush", "Line 2 of")]
    [InlineData("alice:", "Line 1 of")]
    [InlineData("alice:hush\nalice:hushhush", "has a user that another has, too")]
    public async Task A_file_of_users_that_is_none_is_refused_and_not_shown(string text, string fault)
    {
        string error = (await RunAsync("--kafka-port", "0", "--kafka-users", _folder.Write("users", text))).ShouldFail();

        error.ShouldContain(fault);
        error.ShouldNotContain("hush");
    }

    [Fact(Timeout = 60_000)]
    public async Task Passwords_are_not_asked_for_where_they_could_be_read_on_the_way() =>
        (await RunAsync("--kafka-listener", "0.0.0.0:0", "--kafka-users", _folder.Write("users", "alice:hush"))).ShouldFail()
            .ShouldContain("Passwords could be read on the way to 0.0.0.0:0: give --kafka-certificate too");

    [Fact(Timeout = 60_000)]
    public async Task A_port_that_there_is_not_is_no_command_line() =>
        (await CliResult.OfAsync(["dev", "--volatile", "--port", "65536"], [])).ShouldFail(exitCode: 2).ShouldContain("--port is 65536: it is 0 to 65535.");

    private static Task<CliResult> RunAsync(params string[] args) => CliResult.OfAsync(["dev", "--volatile", "--port", "0", .. args], []);
}
