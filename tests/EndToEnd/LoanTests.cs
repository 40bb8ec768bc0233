using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace EndToEnd;

/// <summary>The loan sample: one request, three agents that know nothing of one another, one decision.</summary>
public sealed class LoanTests : IDisposable
{
    private static readonly string[] Results = ["credit.checked", "loan.document.generated", "sales.notified"];
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Each_agent_reads_the_same_request_for_itself_and_their_results_are_joined()
    {
        List<JsonNode> told = await RunAsync([]);

        Decisions(told).ShouldBe(["L-1 GRANTED", "L-2 REFUSED", "L-3 GRANTED", "L-4 UNDECIDED"]);
        foreach (string result in Results)
        {
            LoansOf(told, result).ShouldBe(["L-1", "L-2", "L-3", "L-4"], result);
        }

        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(Log);
        foreach (string agent in (string[])["credit-check", "sales-notice", "document-writer"])
        {
            ConsumerGroupDescription group = (await broker.Groups.FindAsync(agent)).ShouldNotBeNull();
            group.Offsets.Where(one => one.Partition.Topic == "loan.requested").Sum(one => one.Committed.Offset).ShouldBe(4, agent);
        }
    }

    [Fact]
    public async Task No_effect_is_shown_before_its_cause()
    {
        var shown = new HashSet<string>();
        foreach (JsonNode one in await RunAsync([]))
        {
            if (one["causation_id"] is { } cause)
            {
                shown.ShouldContain($"{cause}", $"{one}");
            }

            shown.Add($"{one["id"]}");
        }
    }

    [Fact]
    public async Task Killed_with_results_outstanding_and_again_among_decisions_it_decides_each_loan_once()
    {
        string[] loans = [.. Enumerable.Range(1, 100).Select(number => $"L-{number}")];
        string input = _folder.File("loans.jsonl");
        await File.WriteAllLinesAsync(input, loans.Select(Loan));

        await KillAtAsync("sales.notified", input, new() { ["Loan__BureauTime"] = "01:00:00", ["Loan__Patience"] = "01:00:00" });
        await KillAtAsync(
            "loan.decided", input, new() { ["Loan__BureauTime"] = "00:00:00.1", ["Ganglion__Agents__credit-check__Concurrency"] = "4" });
        List<JsonNode> told = await RunAsync(new() { ["Loan__BureauTime"] = "00:00:00" }, "--input", input);

        Decisions(told).ShouldBe(loans.Order().Select(loan => $"{loan} GRANTED"));
        foreach (string topic in (string[])["loan.submitted", "loan.requested", .. Results])
        {
            LoansOf(told, topic).ShouldBe(loans.Order(), topic);
        }

        foreach (string receiver in (string[])["documents", "inquiries", "sales"])
        {
            Directory.GetFiles(Path.Combine(_folder.Data, "outbox", receiver)).Length.ShouldBe(loans.Length, receiver);
        }
    }

    [Fact]
    public async Task What_takes_too_long_is_not_waited_for_and_changes_nothing_when_it_comes()
    {
        List<JsonNode> told = await RunAsync(new() { ["Loan__BureauTime"] = "00:00:03", ["Loan__Patience"] = "00:00:00.5" });

        Decisions(told).ShouldBe(["L-1 UNDECIDED", "L-2 UNDECIDED", "L-3 UNDECIDED", "L-4 UNDECIDED"]);
        Reasons(told).ShouldAllBe(reason => reason == "the credit has not been checked in time");
        LoansOf(told, "credit.checked").ShouldBe(["L-1", "L-2", "L-3", "L-4"]);
    }

    [Fact]
    public async Task When_one_agent_fails_the_others_do_their_work_and_who_is_refused_does_not_miss_it()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Data, "outbox"));
        await File.WriteAllTextAsync(Path.Combine(_folder.Data, "outbox", "documents"), "no folder");

        List<JsonNode> told = await RunAsync(
            new() { ["Loan__Patience"] = "00:00:10", ["Ganglion__Agents__document-writer__Retries"] = "0" });

        Decisions(told).ShouldBe(["L-1 UNDECIDED", "L-2 REFUSED", "L-3 UNDECIDED", "L-4 UNDECIDED"]);
        Reasons(told).ShouldBe([
            "there was no document in time", "the score is 516", "there was no document in time", "the bureau knows nothing about the applicant",
        ]);
        Time(told, "loan.decided", "L-2").ShouldBeLessThan(Time(told, "loan.requested", "L-2") + TimeSpan.FromSeconds(10));
        LoansOf(told, "loan.requested.dlq").ShouldBe(["L-1", "L-2", "L-3", "L-4"]);
        LoansOf(told, "sales.notified").ShouldBe(["L-1", "L-2", "L-3", "L-4"]);
    }

    [Fact]
    public async Task A_loan_under_a_number_that_is_taken_is_parked_and_not_decided_again()
    {
        List<JsonNode> before = await RunAsync([], Loan("L-1"));
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(Log))
        await using (IEventProducer producer = await broker.CreateProducerAsync())
        {
            var again = new Record("L-1"u8.ToArray(), Encoding.UTF8.GetBytes(Loan("L-1")), default);
            await producer.AppendAsync(new ProducerRecord("loan.submitted", again));
        }

        List<JsonNode> told = await RunAsync(new() { ["Loan__BureauTime"] = "00:00:03" }, Loan("L-1"), Loan("L-2"));

        Decisions(before).ShouldBe(["L-1 GRANTED"]);
        Decisions(told).ShouldBe(["L-1 GRANTED", "L-2 GRANTED"]);
        $"{Of(told, "loan.submitted.dlq").ShouldHaveSingleItem()["error"]}".ShouldContain("There is a loan L-1 already");
    }

    [Theory]
    [InlineData("no JSON", "'no JSON' is no loan: ")]
    [InlineData("""{"loan_id":"L-1"}""", "missing required properties including: 'applicant', 'amount'")]
    [InlineData("""{"loan_id":"","applicant":"Ada","amount":1}""", "give it a loan_id")]
    public async Task What_is_no_loan_is_refused_before_anything_is_submitted(string loan, string message)
    {
        await using var sample = SampleProcess.StartLoan(_folder.Data, [], Loan("L-1"), loan);

        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();

        exitCode.ShouldBe(1);
        sample.Errors.ShouldContain(message);
        lines.ShouldBeEmpty();
    }

    public void Dispose() => _folder.Dispose();

    private string Log => Path.Combine(_folder.Data, "log");

    private static string Loan(string id) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"loan_id":"{{id}}","applicant":"Ada Brandt","amount":12000,"income":48000}""");

    private async Task KillAtAsync(string topic, string input, Dictionary<string, string> environment)
    {
        await using var sample = SampleProcess.StartLoan(_folder.Data, environment, "--input", input);
        await sample.WaitForAsync(topic);
        sample.HasExited.ShouldBeFalse();
        await sample.KillAsync();
    }

    private async Task<List<JsonNode>> RunAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        await using var sample = SampleProcess.StartLoan(_folder.Data, environment, [.. arguments, "--json"]);
        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();
        exitCode.ShouldBe(0, sample.Errors);
        return [.. lines.Select(line => JsonNode.Parse(line)!)];
    }

    private static IEnumerable<JsonNode> Of(List<JsonNode> told, string topic) =>
        told.Where(one => $"{one["topic"]}" == topic).OrderBy(one => $"{one["loan_id"]}");

    private static IEnumerable<string> LoansOf(List<JsonNode> told, string topic) => Of(told, topic).Select(one => $"{one["loan_id"]}");

    private static DateTimeOffset Time(List<JsonNode> told, string topic, string loan) =>
        Of(told, topic).Single(one => $"{one["loan_id"]}" == loan)["time"]!.GetValue<DateTimeOffset>();

    private static IEnumerable<string> Decisions(List<JsonNode> told) =>
        Of(told, "loan.decided").Select(one => $"{one["loan_id"]} {one["data"]!["outcome"]}");

    private static IEnumerable<string> Reasons(List<JsonNode> told) => Of(told, "loan.decided").Select(one => $"{one["data"]!["reason"]}");
}
