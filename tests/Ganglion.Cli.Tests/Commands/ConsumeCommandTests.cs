using System.Text;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Cli.Output;
using Ganglion.Events;

namespace Ganglion.Cli.Tests.Commands;

public sealed class ConsumeCommandTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_data_of_all_events_goes_into_a_pipe_line_by_line()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "{\"a\": 1}", "plain", "{\"broken\":", "\"text\"");

        CliResult result = await host.RunAsync("consume", "t", "--from-beginning");

        result.ShouldSucceed().Lines.ShouldBe(["{\"a\": 1}", "plain", "{\"broken\":", "\"text\""]);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_go_into_a_pipe_as_they_are()
    {
        await using CliHost host = await CliHost.StartAsync();
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Cancelled);
        await producer.AppendAsync(new ProducerRecord("t", new Record(null, new byte[] { 0xFF, 0x00, 0x1B })), Cancelled);
        using var output = new MemoryStream();

        await CommandLine.RunAsync(
            ["consume", "t", "--server", host.Url], new Terminal(Stream.Null, output, TextWriter.Null), Cancelled);

        output.ToArray().ShouldBe([0xFF, 0x00, 0x1B, (byte)'\n']);
    }

    [Fact]
    public async Task Data_that_is_no_text_is_shown_in_Base64_on_a_screen()
    {
        await using CliHost host = await CliHost.StartAsync();
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Cancelled);
        await producer.AppendAsync(new ProducerRecord("t", new Record(null, new byte[] { 0xA1, 0x61, 0x61, 0xFB })), Cancelled);

        (await host.RunOnScreenAsync("consume", "t")).ShouldSucceed().Output.ShouldContain("base64:oWFh+w==");
    }

    [Fact]
    public async Task Nothing_in_an_event_can_act_on_a_screen()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "\u001b[2J[red]gone[/]\u202Eevil");

        string line = (await host.RunOnScreenAsync("consume", "t")).ShouldSucceed().Output;

        line.ShouldContain("\\u001b[2J[red]gone[/]\\u202eevil");
        line.ShouldNotContain("\u001b[2J");
    }

    [Fact]
    public async Task Nothing_in_JSON_can_act_on_a_screen_and_it_stays_JSON()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "{\t\"a\": \"\u009b2J\u202Eevil\u007f\"}");

        string line = (await host.RunOnScreenAsync("consume", "t", "--json")).ShouldSucceed().Output;

        line.TrimEnd('\n').ShouldNotContain(c => char.IsControl(c) || c == '\u202e');
        JsonDocument.Parse(line).RootElement.GetProperty("event").GetProperty("data").GetProperty("a").GetString()
            .ShouldBe("\u009b2J\u202Eevil\u007f");
    }

    [Fact]
    public async Task Events_are_shown_whole_as_JSON_lines()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "{\n\"a\": 1}", "2");

        IReadOnlyList<string> lines = (await host.RunAsync("consume", "t", "--json")).ShouldSucceed().Lines;

        lines.Count.ShouldBe(2);
        JsonElement first = JsonDocument.Parse(lines[0]).RootElement;
        first.GetProperty("offset").GetInt64().ShouldBe(0);
        first.GetProperty("event").GetProperty("data").GetProperty("a").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData(new[] { "--offset", "1" }, new[] { "1", "2" })]
    [InlineData(new[] { "--max", "2" }, new[] { "0", "1" })]
    [InlineData(new[] { "--since", "1h" }, new[] { "0", "1", "2" })]
    [InlineData(new[] { "--since", "2000-01-01T00:00:00Z" }, new[] { "0", "1", "2" })]
    [InlineData(new[] { "--since", "2999-01-01T00:00:00Z" }, new[] { "" })]
    [InlineData(new[] { "--partition", "0", "--offset", "2" }, new[] { "2" })]
    public async Task Reading_begins_and_ends_where_it_is_told_to(string[] options, string[] expected)
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "0", "1", "2");

        (await host.RunAsync(["consume", "t", .. options])).ShouldSucceed().Lines.ShouldBe(expected);
    }

    [Fact]
    public async Task A_follower_gets_what_comes_later_and_ends_quietly_when_it_is_told_to()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var output = new SignallingStream();
        using var error = new StringWriter();

        Task<int> running = CommandLine.RunAsync(
            ["consume", "t", "--follow", "--from-beginning", "--server", host.Url], new Terminal(Stream.Null, output, error), ending.Token);
        await output.WaitForAsync("1\n", Cancelled);
        await host.AppendAsync("t", "2");
        await output.WaitForAsync("1\n2\n", Cancelled);
        await ending.CancelAsync();

        (await running).ShouldBe(0);
        error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_group_has_printed_it_does_not_print_again()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1", "2", "3");

        (await host.RunAsync("consume", "t", "--group", "g", "--max", "2")).ShouldSucceed().Lines.ShouldBe(["1", "2"]);
        (await host.RunAsync("consume", "t", "--group", "g")).ShouldSucceed().Lines.ShouldBe(["3"]);
        (await host.RunAsync("consume", "t", "--group", "g")).ShouldSucceed().Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_member_that_has_enough_leaves_though_much_more_is_on_its_way()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", [.. Enumerable.Repeat(new string('x', 1_000_000), 30)]);

        (await host.RunAsync("consume", "t", "--group", "g", "--max", "1")).ShouldSucceed();

        (await host.RunAsync("groups", "list")).ShouldSucceed().Lines[1].ShouldMatch("^g +empty +0 +29$");
    }

    [Fact]
    public async Task What_could_not_be_printed_is_not_committed()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1");

        int exitCode = await CommandLine.RunAsync(
            ["consume", "t", "--group", "g", "--server", host.Url], new Terminal(Stream.Null, new ClosedStream(), TextWriter.Null), Cancelled);

        exitCode.ShouldBe(0);
        (await host.RunAsync("consume", "t", "--group", "g")).ShouldSucceed().Lines.ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_record_that_is_no_event_is_printed_all_the_same()
    {
        await using CliHost host = await CliHost.StartAsync();
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Cancelled);
        var broken = new Record(null, Encoding.UTF8.GetBytes("oops"), RecordHeaders.Create(new RecordHeader("ce_specversion", "9")));
        await producer.AppendAsync(new ProducerRecord("t", broken), Cancelled);

        (await host.RunAsync("consume", "t")).ShouldSucceed().Lines.ShouldBe(["oops"]);
        (await host.RunOnScreenAsync("consume", "t")).ShouldSucceed().Output.ShouldContain("event-malformed");
    }

    [Fact]
    public async Task A_topic_that_is_not_there_is_one_line_of_error()
    {
        await using CliHost host = await CliHost.StartAsync();

        (await host.RunAsync("consume", "missing")).ShouldFail().ShouldContain("missing");
        (await host.RunAsync("consume", "missing", "--group", "g")).ShouldFail().ShouldContain("missing");
    }

    [Fact]
    public async Task A_time_that_cannot_be_read_is_one_line_of_error()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("t", "1");

        (await host.RunAsync("consume", "t", "--since", "noon")).ShouldFail().ShouldContain("noon");
    }
}
