using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace EndToEnd;

/// <summary>The sample as people use it: real processes, a real data folder, HTTP.</summary>
public sealed class InvoiceApprovalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Generated_invoices_are_all_accounted_for()
    {
        await using var sample = SampleProcess.Start(_folder.Data, "--count", "20", "--auto-approve", "--exit-when-done");

        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();

        exitCode.ShouldBe(0, sample.Errors);
        lines[^1].ShouldBe("20 invoices: 16 classified automatically, 4 approved by a person, 0 rejected, 0 parked");
        sample.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_restart_with_the_same_input_publishes_nothing_twice()
    {
        string[] options = ["--count", "20", "--auto-approve", "--exit-when-done"];
        await using (var first = SampleProcess.Start(_folder.Data, options))
        {
            (await first.WaitForExitAsync()).ExitCode.ShouldBe(0, first.Errors);
        }

        await using var second = SampleProcess.Start(_folder.Data, options);
        (int exitCode, IReadOnlyList<string> lines) = await second.WaitForExitAsync();

        exitCode.ShouldBe(0, second.Errors);
        lines[^1].ShouldStartWith("20 invoices:");
        lines.ShouldNotContain(line => line.Contains("invoice.created", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Invoices_come_by_the_standard_input_too()
    {
        await using var sample = SampleProcess.Start(_folder.Data, "--input", "-", "--exit-when-done");
        await sample.WriteAsync("""{"invoice_id":"INV-1","amount":10}""", "no invoice at all", """{"invoice_id":"INV-1","amount":10}""");

        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();

        exitCode.ShouldBe(0, sample.Errors);
        lines[^1].ShouldBe("2 invoices: 1 classified automatically, 0 approved by a person, 0 rejected, 1 parked");
    }

    [Fact]
    public async Task The_timeline_as_JSON_is_the_only_output()
    {
        await using var sample = SampleProcess.Start(_folder.Data, "--count", "3", "--auto-approve", "--exit-when-done", "--json");

        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();

        exitCode.ShouldBe(0, sample.Errors);
        lines.ShouldNotBeEmpty();
        lines.ShouldAllBe(line => System.Text.Json.Nodes.JsonNode.Parse(line, null, default)!["correlation_id"] != null);
    }

    [Theory]
    [InlineData("""{"invoice_id":"INV-1001","review_result":"APPROVED"}""", "APPROVED by the person")]
    [InlineData("""{"invoice_id":"INV-1001","review_result":"REJECTED","reviewer":"Ada"}""", "REJECTED by the person")]
    public async Task A_person_answers_by_bare_JSON(string answer, string outcome)
    {
        await using var sample = SampleProcess.Start(_folder.Data);
        using HttpClient client = await sample.ConnectAsync();
        await sample.WaitForAsync("human_in_loop.required", "INV-1001");

        await PostAsync(client, "human_in_loop.completed", answer);

        await sample.WaitForAsync("invoice.classified", "INV-1001", outcome);
    }

    [Fact]
    public async Task Answers_that_nobody_waits_for_are_ignored_and_say_why()
    {
        await using var sample = SampleProcess.Start(_folder.Data);
        using HttpClient client = await sample.ConnectAsync();
        await sample.WaitForAsync("human_in_loop.required", "INV-1001");

        await PostAsync(client, "human_in_loop.completed", """{"invoice_id":"INV-9","review_result":"APPROVED"}""");
        await sample.WaitForAsync("human_in_loop.ignored", "INV-9", "there is no such invoice");

        await PostAsync(client, "human_in_loop.completed", """{"invoice_id":"INV-1001","review_result":"APPROVED"}""");
        await sample.WaitForAsync("invoice.classified", "INV-1001");
        await PostAsync(client, "human_in_loop.completed", """{"invoice_id":"INV-1001","review_result":"REJECTED"}""");
        await sample.WaitForAsync("human_in_loop.ignored", "INV-1001", "a person had approved it already");
    }

    [Fact]
    public async Task A_question_survives_a_kill_and_is_answered_afterwards()
    {
        await using (var first = SampleProcess.Start(_folder.Data))
        {
            await first.WaitForAsync("human_in_loop.required", "INV-1001");
            await first.KillAsync();
        }

        await using var second = SampleProcess.Start(_folder.Data);
        using HttpClient client = await second.ConnectAsync();
        await PostAsync(client, "human_in_loop.completed", """{"invoice_id":"INV-1001","review_result":"APPROVED"}""");

        await second.WaitForAsync("invoice.classified", "INV-1001", "by the person");
    }

    [Fact]
    public async Task When_nobody_answers_there_is_a_reminder_and_then_the_policy_decides()
    {
        var policy = new Dictionary<string, string> { ["Review__Reminder"] = "00:00:00.2", ["Review__Deadline"] = "00:00:01" };
        await using var sample = SampleProcess.Start(_folder.Data, policy);
        using HttpClient client = await sample.ConnectAsync();

        await sample.WaitForAsync("human_in_loop.reminder", "INV-1001");
        await sample.WaitForAsync("human_in_loop.expired", "INV-1001");
        await sample.WaitForAsync("invoice.classified", "INV-1001", "REJECTED by the policy");

        await PostAsync(client, "human_in_loop.completed", """{"invoice_id":"INV-1001","review_result":"APPROVED"}""");
        await sample.WaitForAsync("human_in_loop.ignored", "INV-1001", "the deadline had passed");
    }

    [Theory]
    [InlineData("bare text")]
    [InlineData("""{"invoice_id":""")]
    [InlineData("[1,2,3]")]
    [InlineData("""{"amount":250.0}""")]
    [InlineData("""{"invoice_id":"","amount":1}""")]
    [InlineData("""{"invoice_id":"INV-1","amount":-250.0}""")]
    [InlineData("""{"invoice_id":"INV-1","amount":1e20}""")]
    [InlineData("""{"invoice_id":"INV-1","amount":"much"}""")]
    public async Task What_is_no_invoice_is_parked_with_its_cause_and_the_next_is_classified(string line)
    {
        string file = _folder.File("input.jsonl");
        await File.WriteAllLinesAsync(file, [line, """{"invoice_id":"INV-2","amount":10}"""]);

        await using var sample = SampleProcess.Start(_folder.Data, "--input", file, "--exit-when-done");
        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();

        exitCode.ShouldBe(0, sample.Errors);
        lines[^1].ShouldBe("2 invoices: 1 classified automatically, 0 approved by a person, 0 rejected, 1 parked");
    }

    [Fact]
    public async Task SIGTERM_ends_it_cleanly_and_nothing_is_left_half_done()
    {
        string[] options = ["--count", "3000", "--auto-approve", "--exit-when-done"];
        await using (var first = SampleProcess.Start(_folder.Data, options))
        {
            await first.WaitForAsync("invoice.classified");
            first.Terminate();
            (await first.WaitForExitAsync()).ExitCode.ShouldBe(0, first.Errors);
            first.Errors.ShouldBeEmpty();
        }

        await using var second = SampleProcess.Start(_folder.Data, options);
        (int exitCode, IReadOnlyList<string> lines) = await second.WaitForExitAsync();

        exitCode.ShouldBe(0, second.Errors);
        lines[^1].ShouldStartWith("3000 invoices: ");
        lines[^1].ShouldEndWith(", 0 rejected, 0 parked");
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_line()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        await using var sample = SampleProcess.Start(_folder.Data, "--port", port);

        (await sample.WaitForExitAsync()).ExitCode.ShouldNotBe(0);
        sample.Errors.Trim().ShouldBe($"invoice-approval: Port {port} is in use: choose another by --port, or 0 for any that is free.");
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_folder_is_told_who_holds_it()
    {
        await using var first = SampleProcess.Start(_folder.Data);
        using HttpClient client = await first.ConnectAsync();

        await using var second = SampleProcess.Start(_folder.Data);

        (await second.WaitForExitAsync()).ExitCode.ShouldNotBe(0);
        second.Errors.Trim().Split('\n').Length.ShouldBe(1, second.Errors);
        second.Errors.ShouldContain($"process {first.Id} ");
    }

    public void Dispose() => _folder.Dispose();

    private static async Task PostAsync(HttpClient client, string topic, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage response = await client.PostAsync($"/topics/{topic}/events", content);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }
}
