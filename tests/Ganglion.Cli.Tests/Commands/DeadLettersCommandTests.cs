using System.Text;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Cli.Tests.Commands;

public sealed class DeadLettersCommandTests
{
    private const string First = "orders.dlq-0@0";

    [Fact]
    public async Task Letters_are_listed_with_their_cause()
    {
        await using CliHost host = await CliHost.StartAsync();
        await ParkAsync(host, "1", message: new string('x', 300));
        await ParkAsync(host, "2", group: "stock");

        IReadOnlyList<string> all = (await host.RunAsync("dead-letters", "list")).ShouldSucceed().Lines;
        IReadOnlyList<string> some = (await host.RunAsync("dead-letters", "list", "--group", "stock", "--topic", "orders", "--error", "TimeoutException", "--since", "1h")).ShouldSucceed().Lines;
        string line = (await host.RunAsync("dead-letters", "list", "--group", "stock", "--json")).ShouldSucceed().Lines.ShouldHaveSingleItem();

        all[0].ShouldMatch("^ID +TIME +GROUP +KEY +ERROR +MESSAGE$");
        all[1].ShouldMatch(@"^orders\.dlq-0@0 +\S+Z +billing +k +TimeoutException +x+…$");
        all[1].Length.ShouldBeLessThan(160);
        some.Count.ShouldBe(2);
        some[1].ShouldStartWith("orders.dlq-0@1 ");
        JsonDocument.Parse(line).RootElement.GetProperty("id").GetString().ShouldBe("orders.dlq-0@1");
    }

    [Fact]
    public async Task A_list_that_is_cut_off_says_so()
    {
        await using CliHost host = await CliHost.StartAsync();
        for (int i = 0; i < 3; i++)
        {
            await ParkAsync(host, $"{i}");
        }

        CliResult cut = await host.RunAsync("dead-letters", "list", "--max", "2");

        cut.Lines.Count.ShouldBe(3);
        cut.Error.ShouldContain("--max");
        (await host.RunAsync("dead-letters", "list", "--max", "3")).ShouldSucceed().Lines.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_letter_is_shown_with_its_stack_trace_and_its_data()
    {
        await using CliHost host = await CliHost.StartAsync();
        await ParkAsync(host, """{"a":1}""");

        CliResult shown = (await host.RunAsync("dead-letters", "show", First)).ShouldSucceed();
        string json = (await host.RunAsync("dead-letters", "show", First, "--json")).ShouldSucceed().Lines.ShouldHaveSingleItem();

        shown.Lines.ShouldContain("event      orders orders-0@7");
        shown.Lines.ShouldContain("came from  orders-0@7");
        shown.Lines.ShouldContain("group      billing");
        shown.Lines.ShouldContain("error      System.TimeoutException");
        shown.Lines.ShouldContain("tried      1 time");
        shown.Lines.ShouldContain("message    too slow");
        shown.Lines.ShouldContain("  at Billing.Pay");
        shown.Lines[^1].ShouldBe("""{"a":1}""");
        JsonDocument.Parse(json).RootElement.GetProperty("record").GetProperty("event").GetProperty("data").GetRawText().ShouldBe("""{"a":1}""");
    }

    [Fact]
    public async Task Data_that_is_no_text_is_shown_in_Base64_on_a_screen_and_in_JSON()
    {
        await using CliHost host = await CliHost.StartAsync();
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);
        Record letter = Parked("", "unreadable", "billing") with { Value = new byte[] { 0xA1, 0x61, 0x61, 0xFB } };
        await producer.AppendAsync(new ProducerRecord("orders.dlq", letter, Partition: 0), TestContext.Current.CancellationToken);

        string screen = (await host.RunOnScreenAsync("dead-letters", "show", First)).ShouldSucceed().Output;
        string json = (await host.RunAsync("dead-letters", "show", First, "--json")).ShouldSucceed().Lines.ShouldHaveSingleItem();

        screen.ShouldContain("base64:oWFh+w==");
        JsonDocument.Parse(json).RootElement.GetProperty("record").GetProperty("event").GetProperty("data_base64").GetBytesFromBase64()
            .ShouldBe([0xA1, 0x61, 0x61, 0xFB]);
    }

    [Fact]
    public async Task Nothing_in_a_letter_acts_on_the_screen()
    {
        await using CliHost host = await CliHost.StartAsync();
        await ParkAsync(host, "\"\u001b[2J\"", message: "[red]\u001b[2J\r\nroot# ", group: "\u0007g");

        foreach (string[] command in (string[][])[["dead-letters", "list"], ["dead-letters", "show", First], ["dead-letters", "show", First, "--json"]])
        {
            CliResult shown = await host.RunOnScreenAsync(command);

            shown.ExitCode.ShouldBe(0);
            shown.Output.ShouldNotContain("\u001b[2J");
            shown.Output.ShouldNotContain('\u0007');
            shown.Output.ShouldNotContain("\nroot");
        }
    }

    [Fact]
    public async Task Deeply_nested_data_are_shown()
    {
        await using CliHost host = await CliHost.StartAsync();
        string data = new string('[', 63) + new string(']', 63);
        await ParkAsync(host, data);

        (await host.RunAsync("dead-letters", "show", First)).ShouldSucceed().Lines[^1].ShouldBe(data);
    }

    [Fact]
    public async Task A_redrive_tells_first_and_does_it_with_yes()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("orders", "before");
        await ParkAsync(host, "1");
        await ParkAsync(host, "2");

        IReadOnlyList<string> told = (await host.RunAsync("dead-letters", "redrive", "--all")).ShouldSucceed().Lines;
        int before = (await host.ReadAllAsync("orders")).Count;
        IReadOnlyList<string> done = (await host.RunAsync("dead-letters", "redrive", "--all", "--yes", "--reason", "fixed")).ShouldSucceed().Lines;

        told[1].ShouldMatch(@"^orders\.dlq-0@0 +orders +-$");
        told[^1].ShouldBe("2 dead letters would be redriven; --yes does it");
        before.ShouldBe(1);
        done[1].ShouldMatch(@"^orders\.dlq-0@0 +orders +orders-0@1$");
        done[^1].ShouldBe("2 dead letters redriven");
        (await host.ReadAllAsync("orders")).Select(record => Encoding.UTF8.GetString(record.Value!.Value.Span)).ShouldBe(["before", "1", "2"]);
        (await host.RunAsync("dead-letters", "list")).ShouldSucceed().Lines.Count.ShouldBe(1);
        (await host.RunAsync("dead-letters", "show", First)).ShouldSucceed().Lines.ShouldContain(line => line.StartsWith("redriven") && line.Contains(Environment.UserName) && line.EndsWith(": fixed"));
        (await host.RunAsync("dead-letters", "list", "--decided")).ShouldSucceed().Lines.Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_is_refused_is_told_and_the_others_are_done()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("orders", "before");
        await ParkAsync(host, "1");
        await ParkAsync(host, "2");
        (await host.RunAsync("dead-letters", "redrive", First, "--yes")).ShouldSucceed();

        CliResult again = await host.RunAsync("dead-letters", "redrive", First, "orders.dlq-0@1", "--yes");

        again.ShouldFail().ShouldContain("1 of 2 cannot be redriven: orders.dlq-0@0 has been redriven");
        again.Lines.ShouldContain("1 dead letter redriven");
        (await host.ReadAllAsync("orders")).Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("--value", "2", "")]
    [InlineData("--value-file", "-", "2")]
    public async Task A_letter_is_edited_and_sent_elsewhere(string option, string value, string input)
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("elsewhere", "before");
        await ParkAsync(host, "1");

        (await host.RunAsync(input, ["dead-letters", "redrive", First, "--to", "elsewhere", option, value, "--yes"])).ShouldSucceed();

        Record sent = (await host.ReadAllAsync("elsewhere"))[1];
        Encoding.UTF8.GetString(sent.Key!.Value.Span).ShouldBe("k");
        Encoding.UTF8.GetString(sent.Value!.Value.Span).ShouldBe("2");
    }

    [Fact]
    public async Task A_letter_is_edited_from_a_file()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("orders", "before");
        await ParkAsync(host, "1");
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "data");
        await File.WriteAllBytesAsync(file, [0xFF, 0x00], TestContext.Current.CancellationToken);

        (await host.RunAsync("dead-letters", "redrive", First, "--value-file", file, "--yes")).ShouldSucceed();

        (await host.ReadAllAsync("orders"))[1].Value!.Value.ToArray().ShouldBe([0xFF, 0x00]);
    }

    [Fact]
    public async Task Letters_are_discarded()
    {
        await using CliHost host = await CliHost.StartAsync();
        await ParkAsync(host, "1");
        await ParkAsync(host, "2", group: "stock");

        (await host.RunAsync("dead-letters", "discard", "--group", "stock")).ShouldSucceed().Lines[^1].ShouldBe("1 dead letter would be discarded; --yes does it");
        string outcome = (await host.RunAsync("dead-letters", "discard", "--group", "stock", "--yes", "--json")).ShouldSucceed().Lines.ShouldHaveSingleItem();

        outcome.ShouldBe("""{"id":"orders.dlq-0@1"}""");
        (await host.RunAsync("dead-letters", "list")).ShouldSucceed().Lines.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Thousands_of_letters_are_redriven_at_once()
    {
        await using CliHost host = await CliHost.StartAsync();
        await host.AppendAsync("orders", "before");
        await using (IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            await producer.AppendAsync(
                [.. Enumerable.Range(0, 2_300).Select(i => new ProducerRecord("orders.dlq", Parked($"{i}", "too slow", "billing"), 0))], TestContext.Current.CancellationToken);
        }

        (await host.RunAsync("dead-letters", "redrive", "--all", "--yes")).ShouldSucceed().Lines[^1].ShouldBe("2300 dead letters redriven");

        (await host.ReadAllAsync("orders")).Skip(1).Select(record => Encoding.UTF8.GetString(record.Value!.Value.Span))
            .ShouldBe(Enumerable.Range(0, 2_300).Select(i => $"{i}"));
    }

    [Theory]
    [InlineData("redrive")]
    [InlineData("redrive", First, "--all")]
    [InlineData("redrive", First, "--group", "g")]
    [InlineData("redrive", First, "--value", "1", "--value-file", "-")]
    [InlineData("discard", "--yes")]
    [InlineData("show")]
    [InlineData("list", "--max", "0")]
    public async Task A_misused_command_says_so_in_one_line(params string[] args) =>
        (await CliResult.OfAsync(["dead-letters", .. args], [])).ShouldFail(exitCode: 2);

    [Fact]
    public async Task What_cannot_be_done_is_one_line_of_error()
    {
        await using CliHost host = await CliHost.StartAsync();
        await ParkAsync(host, "1");
        await ParkAsync(host, "2");

        (await host.RunAsync("dead-letters", "show", "orders.dlq-0@9")).ShouldFail().ShouldContain("orders.dlq-0@9");
        (await host.RunAsync("dead-letters", "list", "--topic", "missing")).ShouldFail().ShouldContain("'missing'");
        (await host.RunAsync("dead-letters", "list", "--since", "noon")).ShouldFail().ShouldContain("noon");
        (await host.RunAsync("dead-letters", "redrive", "--all", "--value", "1")).ShouldFail().ShouldContain("one letter");
        (await host.RunAsync("dead-letters", "redrive", First, "--value-file", "/no/such/file")).ShouldFail().ShouldContain("/no/such");
        (await host.RunAsync("dead-letters", "redrive", First)).ShouldFail().ShouldContain("no such topic");
    }

    private static async Task ParkAsync(CliHost host, string value, string message = "too slow", string group = "billing")
    {
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);
        await producer.AppendAsync(new ProducerRecord("orders.dlq", Parked(value, message, group), Partition: 0), TestContext.Current.CancellationToken);
    }

    private static Record Parked(string value, string message, string group) => new(
        "k"u8.ToArray(),
        Encoding.UTF8.GetBytes(value),
        RecordHeaders.Create(
            new RecordHeader("__dlq.errors.topic", "orders"),
            new RecordHeader("__dlq.errors.partition", "0"),
            new RecordHeader("__dlq.errors.offset", "7"),
            new RecordHeader("__dlq.errors.delivery.count", "1"),
            new RecordHeader("__dlq.errors.group", group),
            new RecordHeader("__dlq.errors.message", message),
            new RecordHeader("__dlq.errors.exception.class.name", "System.TimeoutException"),
            new RecordHeader("__dlq.errors.exception.stacktrace", "System.TimeoutException: too slow\r\n  at Billing.Pay")));
}
