using System.Text.Json;

namespace EndToEnd.Marketing;

/// <summary>The marketing assistant on bad days, and when people decide.</summary>
public sealed class MarketingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Killed_while_it_sends_each_lead_gets_one_message_on_each_way()
    {
        string[] leads = [.. Enumerable.Range(1, 40).Select(number => $"L-{number}").Order(StringComparer.Ordinal)];
        string input = await WriteAsync(leads);

        // Nobody listens there, so that it cannot come to its end before.
        Dictionary<string, string> deaf = new() { ["Marketing__SalesWebhook"] = "http://127.0.0.1:9", ["Ganglion__Agents__sales-sink__Retries"] = "1000" };
        await using (var first = SampleProcess.StartMarketing(_folder.Data, deaf, "--input", input))
        {
            await first.WaitForAsync("message.delivered");
            first.HasExited.ShouldBeFalse();
            await first.KillAsync();
        }

        await using (var last = SampleProcess.StartMarketing(_folder.Data, [], "--input", input))
        {
            (await last.WaitForExitAsync()).ExitCode.ShouldBe(0, last.Errors);
        }

        var outcome = new MarketingOutcome(_folder.Data);
        (await outcome.ReadLeadsAsync(MarketingOutcome.Way)).ShouldAllBe(topic => topic.Value.SequenceEqual(leads));
        outcome.Emails.Count.ShouldBe(leads.Length);
        outcome.Notices.Select(notice => $"{notice["lead_id"]}").Order(StringComparer.Ordinal).ShouldBe(leads);
        outcome.Crm.Split("\r\n")[1..^1].Select(line => line.Split(',')[0]).Order(StringComparer.Ordinal).ShouldBe(leads);
    }

    [Fact]
    public async Task What_fails_is_tried_again_under_the_same_key_and_what_never_goes_is_parked_and_holds_up_no_other()
    {
        await using var receiver = new FailingReceiver();
        Directory.CreateDirectory(Path.Combine(_folder.Data, "outbox"));
        await File.WriteAllTextAsync(Path.Combine(_folder.Data, "outbox", "email"), "no folder");
        Dictionary<string, string> environment = new() { ["Marketing__SalesWebhook"] = receiver.Address, ["Ganglion__Agents__email-sink__Retries"] = "0" };
        await using var sample = SampleProcess.StartMarketing(_folder.Data, environment, "--input", await WriteAsync("L-1"));

        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();

        exitCode.ShouldBe(0, sample.Errors);
        receiver.Posted.Count.ShouldBe(2);
        receiver.Posted.Distinct().ShouldHaveSingleItem().ShouldStartWith("notifications.sales ");
        (await new MarketingOutcome(_folder.Data).ReadLeadsAsync("email.send.dlq"))["email.send.dlq"].ShouldBe(["L-1"]);
        lines.ShouldContain(line => line.EndsWith("crm.sync → L-1"));
        lines[^1].ShouldBe("1 leads: 0 written to, 0 stopped by guards, 0 rejected by the moderator, 1 parked.");
    }

    [Fact]
    public async Task By_hand_people_decide_with_the_command_line()
    {
        await using var sample = SampleProcess.StartMarketing(_folder.Data, [], "--by-hand", "--input", await WriteAsync("L-1"));
        using HttpClient server = await sample.ConnectAsync();
        string approval = (await sample.WaitForAsync("approval.requested")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[3].TrimEnd(':');

        (int exitCode, string output) = await SampleProcess.RunShellAsync(
            _folder.File("."), $"ganglion approvals reject {approval}@1 --reason 'not now'", server.BaseAddress!);

        exitCode.ShouldBe(0, output);
        (await sample.WaitForAsync("approval.rejected")).ShouldContain("not now");
        (await sample.WaitForExitAsync()).Lines[^1].ShouldBe("1 leads: 0 written to, 0 stopped by guards, 1 rejected by the moderator, 0 parked.");
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> WriteAsync(params string[] leads)
    {
        string input = _folder.File("leads.jsonl");
        await File.WriteAllLinesAsync(input, leads.Select(lead => JsonSerializer.Serialize(
            new { lead_id = lead, name = "Ada Brandt", email = "ada@brandt.example", company = "Brandt Logistics", product = "cargo-bike", quantity = 2 })));
        return input;
    }
}
