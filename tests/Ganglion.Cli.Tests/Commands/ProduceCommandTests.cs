using System.Globalization;
using System.Text;
using System.Text.Json;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Tests.Commands;

public sealed class ProduceCommandTests
{
    [Fact]
    public async Task Every_line_of_the_input_becomes_an_event()
    {
        await using CliHost host = await CliHost.StartAsync();

        CliResult result = await host.RunAsync("{\"a\":1}\n\nplain\r\nunended", ["produce", "t", "--key", "K"]);

        result.ShouldSucceed().Output.ShouldBe("4 events appended to t\n");
        List<Record> records = await host.ReadAllAsync("t");
        records.Select(ValueOf).ShouldBe(["{\"a\":1}", "", "plain", "unended"]);
        records.Select(record => Encoding.UTF8.GetString(record.Key!.Value.Span)).Distinct().ShouldBe(["K"]);
    }

    [Fact]
    public async Task A_value_and_headers_are_stored_as_given()
    {
        await using CliHost host = await CliHost.StartAsync();

        (await host.RunAsync("produce", "t", "--value", "v=1", "--header", "a=1", "--header", "a=2", "--header", "b=x=y")).ShouldSucceed();

        Record record = (await host.ReadAllAsync("t")).ShouldHaveSingleItem();
        ValueOf(record).ShouldBe("v=1");
        record.Key.ShouldBeNull();
        record.Headers.Select(header => (header.Name, header.Text)).ShouldBe([("a", "1"), ("a", "2"), ("b", "x=y")]);
    }

    [Fact]
    public async Task Many_lines_keep_their_order()
    {
        await using CliHost host = await CliHost.StartAsync();
        string[] lines = [.. Enumerable.Range(0, 5_000).Select(i => i.ToString(CultureInfo.InvariantCulture))];

        (await host.RunAsync(string.Join('\n', lines), ["produce", "t"])).ShouldSucceed();

        (await host.ReadAllAsync("t")).Select(ValueOf).ShouldBe(lines);
    }

    [Fact]
    public async Task Where_events_lie_is_told_as_JSON_lines()
    {
        await using CliHost host = await CliHost.StartAsync();

        CliResult result = await host.RunAsync("1\n2\n", ["produce", "t", "--json"]);

        result.ShouldSucceed().Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("offset").GetInt64()).ShouldBe([0, 1]);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_arrive_as_they_are()
    {
        await using CliHost host = await CliHost.StartAsync();

        (await CliResult.OfAsync(["produce", "t", "--server", host.Url], [0xFF, 0x00, 0x0A, 0xFE])).ShouldSucceed();

        (await host.ReadAllAsync("t")).Select(record => record.Value!.Value.ToArray()).ShouldBe([new byte[] { 0xFF, 0x00 }, new byte[] { 0xFE }]);
    }

    [Fact]
    public async Task An_event_above_the_limit_is_one_line_of_error()
    {
        await using CliHost host = await CliHost.StartAsync();

        CliResult result = await host.RunAsync(new string('x', 1_100_000), ["produce", "t"]);

        result.ShouldFail().ShouldContain("limit");
    }

    [Fact]
    public async Task A_read_that_cannot_be_called_back_does_not_hold_up_the_end()
    {
        await using CliHost host = await CliHost.StartAsync();
        using var ending = new CancellationTokenSource();
        var keyboard = new SilentKeyboard();

        Task<int> running = CommandLine.RunAsync(
            ["produce", "t", "--server", host.Url], new Terminal(keyboard, Stream.Null, TextWriter.Null), ending.Token);
        await keyboard.Waiting.WaitAsync(TestContext.Current.CancellationToken);
        await ending.CancelAsync();

        (await running.WaitAsync(TestContext.Current.CancellationToken)).ShouldBe(130);
    }

    private static string ValueOf(Record record) => Encoding.UTF8.GetString(record.Value!.Value.Span);

    /// <summary>Nobody types, and a read ignores its cancellation as those of the console do.</summary>
    private sealed class SilentKeyboard : MemoryStream
    {
        private readonly TaskCompletionSource _waiting = new();

        public Task Waiting => _waiting.Task;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _waiting.SetResult();
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            return 0;
        }
    }
}
