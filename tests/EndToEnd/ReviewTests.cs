using System.Text.Json.Nodes;

namespace EndToEnd;

/// <summary>How a person is asked, and how the answer comes.</summary>
public sealed class ReviewTests : SampleTest
{
    private const string Approved = """{"invoice_id":"INV-1001","review_result":"APPROVED"}""";
    private const string Rejected = """{"invoice_id":"INV-1001","review_result":"REJECTED"}""";

    [Theory]
    [InlineData(Approved, "APPROVED by the person")]
    [InlineData("""{"invoice_id":"INV-1001","review_result":"REJECTED","reviewer":"Ada"}""", "REJECTED by the person")]
    public async Task A_person_answers_by_bare_JSON(string answer, string outcome)
    {
        await using SampleProcess sample = Start();
        using HttpClient client = await sample.ConnectAsync();
        await sample.WaitForAsync(Required, "INV-1001");

        await client.PublishAsync(Completed, answer);

        await sample.WaitForAsync(Classified, "INV-1001", outcome);
    }

    [Fact]
    public async Task What_follows_from_a_bare_answer_stays_in_the_conversation_of_the_invoice()
    {
        await using SampleProcess sample = Start("--json");
        using HttpClient client = await sample.ConnectAsync();
        JsonNode question = JsonNode.Parse(await sample.WaitForAsync(Required, "INV-1001"))!;

        await client.PublishRecordAsync(Completed, Approved);

        JsonNode answer = JsonNode.Parse(await sample.WaitForAsync(Completed, "INV-1001"))!;
        JsonNode outcome = JsonNode.Parse(await sample.WaitForAsync(Classified, "INV-1001"))!;
        $"{answer["causation_id"]}".ShouldBeEmpty("The producer knew nothing of events.");
        $"{outcome["causation_id"]}".ShouldBe($"{answer["id"]}");
        $"{outcome["correlation_id"]}".ShouldBe($"{question["correlation_id"]}");

        await client.PublishRecordAsync(Completed, Rejected);
        JsonNode ignored = JsonNode.Parse(await sample.WaitForAsync(Ignored, "INV-1001"))!;
        $"{ignored["correlation_id"]}".ShouldBe($"{question["correlation_id"]}");
    }

    [Fact]
    public async Task A_person_answers_by_the_command_line()
    {
        await using SampleProcess sample = Start();
        using HttpClient client = await sample.ConnectAsync();
        await sample.WaitForAsync(Required, "INV-1001");

        await SampleProcess.RunCliAsync("produce", Completed, "--value", Rejected, "--server", client.BaseAddress!.ToString());

        await sample.WaitForAsync(Classified, "INV-1001", "REJECTED by the person");
    }

    [Fact]
    public async Task A_person_answers_in_the_terminal()
    {
        await using var sample = SampleProcess.StartInTerminal(Folder.Data, columns: 200, "--exit-when-done");
        foreach (int _ in Enumerable.Range(0, 5))
        {
            await sample.WaitForAsync(Required);
        }

        await sample.TypeAsync("what?");
        await sample.WaitForAsync("Type a to approve or r to reject");
        await sample.TypeAsync("r INV-1003");
        await sample.WaitForAsync(Classified, "INV-1003", "REJECTED by the person");
        foreach (int _ in Enumerable.Range(0, 4))
        {
            await sample.TypeAsync("a");
            await sample.WaitForAsync(Classified, "APPROVED by the person");
        }

        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();
        exitCode.ShouldBe(0);
        lines[^1].ShouldBe("12 invoices: 7 classified automatically, 4 approved by a person, 1 rejected, 0 parked");
    }

    [Fact]
    public async Task How_to_answer_is_told_once_and_each_question_is_asked_once()
    {
        await using var sample = SampleProcess.StartInTerminal(Folder.Data, columns: 400, "--exit-when-done");
        (await sample.WaitForAsync("? INV-")).ShouldContain("Type a to approve or r to reject");

        foreach (int _ in Enumerable.Range(0, 4))
        {
            await sample.TypeAsync("a");
            (await sample.WaitForAsync("? INV-")).ShouldNotContain("Type a");
        }

        await sample.TypeAsync("a");
        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();
        exitCode.ShouldBe(0);
        lines.ShouldNotContain(line => line.Contains("? INV-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_is_for_the_question_that_was_asked_whatever_has_come_meanwhile()
    {
        await using var sample = SampleProcess.StartInTerminal(Folder.Data, columns: 400, "--count", "0");
        using HttpClient client = await sample.ConnectAsync();
        await client.PublishAsync(Required, Question("INV-1", year: 2031), key: "INV-1");
        await sample.WaitForAsync("? INV-1:");
        await client.PublishAsync(Required, Question("INV-2", year: 2030), key: "INV-2");
        await sample.WaitForAsync(Required, "INV-2");

        await sample.TypeAsync("a");

        await sample.WaitForAsync("human_in_loop.completed", "INV-1");

        static string Question(string invoice, int year) =>
            $$"""
            {"invoice_id":"{{invoice}}","amount":1,"supplier":null,"description":null,"suggestion":"APPROVED","confidence":0.5,"reasons":["why"],
            "deadline":"{{year}}-01-01T00:00:00Z"}
            """;
    }

    [Fact]
    public async Task A_question_cannot_act_on_the_terminal()
    {
        await using var sample = SampleProcess.StartInTerminal(Folder.Data, columns: 400, "--count", "0");
        using HttpClient client = await sample.ConnectAsync();

        await client.PublishAsync(
            Required,
            """
            {"invoice_id":"I\u001b[31m\u2028","amount":1,"supplier":null,"description":null,"suggestion":"APPROVED","confidence":0.5,"reasons":["\u001b[2J\u202e\u009b1m"],
            "deadline":"2030-01-01T00:00:00Z"}
            """,
            key: "\e[5mkey");

        (await sample.WaitForAsync(Required, "a person is asked")).ShouldContain("·[5mkey ");
        (await sample.WaitForAsync("? I")).ShouldContain("? I·[31m·: 1, ·[2J··1m");
    }

    [Fact]
    public async Task Of_reasons_that_say_the_same_a_person_is_told_one()
    {
        IReadOnlyList<string> lines = await RunAsync("--auto-approve");

        string asked = lines.Single(line => line.Contains(Required, StringComparison.Ordinal) && line.Contains("66000", StringComparison.Ordinal));
        asked.ShouldContain("above 50,000");
        asked.ShouldNotContain("above 10,000");
    }

    [Fact]
    public async Task Answers_that_nobody_waits_for_are_ignored_and_say_why()
    {
        await using SampleProcess sample = Start();
        using HttpClient client = await sample.ConnectAsync();
        await sample.WaitForAsync(Required, "INV-1001");

        await client.PublishAsync(Completed, """{"invoice_id":"INV-9","review_result":"APPROVED"}""");
        await sample.WaitForAsync(Ignored, "INV-9", "there is no such invoice");

        await client.PublishAsync(Completed, Approved);
        await sample.WaitForAsync(Classified, "INV-1001");
        await client.PublishAsync(Completed, Rejected);
        await sample.WaitForAsync(Ignored, "INV-1001", "a person had approved it already");
        await client.PublishAsync(Completed, """{"invoice_id":"INV-1002","review_result":"REJECTED"}""");
        await sample.WaitForAsync(Ignored, "INV-1002", "the model had approved it, and nobody was asked");
    }

    [Theory]
    [InlineData("""{"invoice_id":"INV-1001","review_result":"PERHAPS"}""")]
    [InlineData("""{"invoice_id":"INV-1001"}""")]
    [InlineData("APPROVED")]
    public async Task An_answer_that_is_none_is_parked_and_the_question_stays_open(string answer)
    {
        await using SampleProcess sample = Start();
        using HttpClient client = await sample.ConnectAsync();
        await sample.WaitForAsync(Required, "INV-1001");

        await client.PublishRecordAsync(Completed, answer);
        await sample.WaitForAsync("human_in_loop.completed.dlq", answer);
        await client.PublishAsync(Completed, Approved);

        await sample.WaitForAsync(Classified, "INV-1001", "APPROVED by the person");
    }

    [Fact]
    public async Task A_question_survives_a_kill_and_is_answered_afterwards()
    {
        await using (SampleProcess first = Start())
        {
            await first.WaitForAsync(Required, "INV-1001");
            await first.KillAsync();
        }

        await using SampleProcess second = Start();
        using HttpClient client = await second.ConnectAsync();
        await client.PublishAsync(Completed, Approved);

        await second.WaitForAsync(Classified, "INV-1001", "by the person");
    }

    [Fact]
    public async Task A_question_that_waits_does_not_depend_on_what_is_configured_later()
    {
        await using (SampleProcess first = Start())
        {
            await first.WaitForAsync(Required, "INV-1001");
            await first.KillAsync();
        }

        var trusting = new Dictionary<string, string> { ["Review__Confidence"] = "0" };
        await using var second = SampleProcess.Start(Folder.Data, trusting);
        using HttpClient client = await second.ConnectAsync();
        await client.PublishAsync(Completed, Rejected);

        await second.WaitForAsync(Classified, "INV-1001", "REJECTED by the person");
    }

    [Fact]
    public async Task An_invoice_about_which_a_person_has_been_asked_is_not_asked_about_again()
    {
        const string Doubtful = """{"invoice_id":"INV-1","amount":66000}""";
        await using SampleProcess sample = Start("--input", "-");
        using HttpClient client = await sample.ConnectAsync();
        await client.PublishAsync("invoice.created", Doubtful);
        await sample.WaitForAsync(Required, "INV-1");

        await client.PublishAsync("invoice.created", Doubtful);
        await sample.WaitForAsync("invoice.duplicate", "a person has been asked");
        await client.PublishAsync(Completed, """{"invoice_id":"INV-1","review_result":"APPROVED"}""");

        await sample.WaitForAsync(Classified, "INV-1", "APPROVED by the person");
    }

    [Fact]
    public async Task When_nobody_answers_there_is_a_reminder_and_then_the_policy_decides()
    {
        var policy = new Dictionary<string, string> { ["Review__Reminder"] = "00:00:00.2", ["Review__Deadline"] = "00:00:01" };
        await using var sample = SampleProcess.Start(Folder.Data, policy);
        using HttpClient client = await sample.ConnectAsync();

        await sample.WaitForAsync("human_in_loop.reminder", "INV-1001");
        await sample.WaitForAsync("human_in_loop.expired", "INV-1001");
        await sample.WaitForAsync(Classified, "INV-1001", "REJECTED by the policy");

        await client.PublishAsync(Completed, Approved);
        await sample.WaitForAsync(Ignored, "INV-1001", "the deadline had passed");
    }

    [Fact]
    public async Task What_is_approved_without_asking_is_only_what_is_open()
    {
        await using (SampleProcess first = Start())
        {
            using HttpClient client = await first.ConnectAsync();
            await first.WaitForAsync(Required, "INV-1001");
            await client.PublishAsync(Completed, Rejected);
            await first.WaitForAsync(Classified, "INV-1001", "REJECTED");
        }

        IReadOnlyList<string> lines = await RunAsync("--auto-approve");

        lines.ShouldNotContain(line => line.Contains(Ignored, StringComparison.Ordinal));
        lines[^1].ShouldBe("12 invoices: 7 classified automatically, 4 approved by a person, 1 rejected, 0 parked");
    }
}
