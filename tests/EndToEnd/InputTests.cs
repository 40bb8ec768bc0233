namespace EndToEnd;

/// <summary>Where invoices come from, and what becomes of each of them.</summary>
public sealed class InputTests : SampleTest
{
    // What no agent will ever be able to handle, and what the person who looks after it is told.
    private static readonly (string Line, string Cause)[] NoInvoices =
    [
        ("bare text", "to name its instance by 'invoice_id'"),
        ("""{"invoice_id":""", "to name its instance by 'invoice_id'"),
        ("[1,2,3]", "to name its instance by 'invoice_id'"),
        ("""{"amount":250.0}""", "to name its instance by 'invoice_id'"),
        ("""{"invoice_id":"","amount":1}""", "0 characters"),
        ("""{"invoice_id":"INV 1","amount":1}""", "blanks"),
        ("""{"invoice_id":"INV-1","amount":-250.0}""", "negative"),
        ("""{"invoice_id":"INV-1","amount":1e20}""", "absurd"),
        ("""{"invoice_id":"INV-1","amount":1e300}""", "$.amount"),
        ("""{"invoice_id":"INV-1","amount":"much"}""", "$.amount"),
        ("""{"invoice_id":"INV-1"}""", "missing required properties including: 'amount'"),
    ];

    [Fact]
    public async Task Generated_invoices_are_all_accounted_for()
    {
        IReadOnlyList<string> lines = await RunAsync("--count", "20", "--auto-approve");

        lines[^1].ShouldBe("20 invoices: 16 classified automatically, 4 approved by a person, 0 rejected, 0 parked");
    }

    [Fact]
    public async Task A_restart_with_the_same_input_publishes_nothing_twice()
    {
        IReadOnlyList<string> first = await RunAsync("--count", "20", "--auto-approve");
        IReadOnlyList<string> second = await RunAsync("--count", "20", "--auto-approve");

        second[^1].ShouldBe(first[^1]);
        second.ShouldNotContain(line => line.Contains("invoice.created", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Invoices_come_by_the_standard_input_too_and_a_duplicate_is_not_classified_again()
    {
        await using SampleProcess sample = Start("--input", "-", "--exit-when-done");
        await sample.WriteAsync("""{"invoice_id":"INV-1","amount":10}""", "no invoice at all", """{"invoice_id":"INV-1","amount":10}""");

        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();

        exitCode.ShouldBe(0, sample.Errors);
        lines.Count(line => line.Contains("invoice.duplicate", StringComparison.Ordinal)).ShouldBe(1);
        lines[^1].ShouldBe("2 invoices: 1 classified automatically, 0 approved by a person, 0 rejected, 1 parked");
    }

    [Fact]
    public async Task What_is_no_invoice_is_parked_with_its_cause_and_the_next_is_classified()
    {
        string file = Folder.File("input.jsonl");
        string[] others = ["""{"invoice_id":"INV-2","amount":10}""", $$"""{"invoice_id":"INV-3","amount":1,"description":"{{new string('x', 1_000_000)}}"}"""];
        await File.WriteAllLinesAsync(file, NoInvoices.Select(broken => broken.Line).Concat(others));

        IReadOnlyList<string> lines = await RunAsync("--input", file);

        foreach ((string line, string cause) in NoInvoices)
        {
            lines.Count(told => told.Contains("invoice.created.dlq", StringComparison.Ordinal)
                && told.EndsWith(line, StringComparison.Ordinal)
                && told[..^line.Length].Contains(cause, StringComparison.Ordinal)).ShouldBe(1, $"{line} in\n{string.Join('\n', lines)}");
        }

        lines.ShouldContain(told => told.Contains("invoice.created.dlq", StringComparison.Ordinal) && told.Contains("921,600 are allowed", StringComparison.Ordinal));
        int parked = NoInvoices.Length + 1;
        lines[^1].ShouldBe($"{parked + 1} invoices: 1 classified automatically, 0 approved by a person, 0 rejected, {parked} parked");
    }

    [Fact]
    public async Task An_invoice_that_is_settled_elsewhere_is_rejected_by_the_model_itself()
    {
        string file = Folder.File("input.jsonl");
        await File.WriteAllTextAsync(file, """{"invoice_id":"INV-1","amount":10,"status":"PAID"}""");

        IReadOnlyList<string> lines = await RunAsync("--input", file);

        lines[^1].ShouldBe("1 invoices: 0 classified automatically, 0 approved by a person, 1 rejected, 0 parked");
    }
}
