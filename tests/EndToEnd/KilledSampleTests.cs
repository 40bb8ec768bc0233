using System.Text;
using System.Text.Json.Nodes;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace EndToEnd;

/// <summary>The promise of the whole: whatever happens to the process, every invoice is accounted for exactly once.</summary>
public sealed class KilledSampleTests : IDisposable
{
    private const int Kills = 20;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Killed_and_restarted_twenty_times_no_invoice_is_lost_or_classified_twice()
    {
        var file = InvoiceFile.Generate(lines: 10_000);
        string[] options = ["--input", _folder.File("invoices.jsonl"), "--auto-approve", "--exit-when-done", "--json"];

        var random = new Random(1);
        int killed = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            // The file grows, so that however fast the machine is, every run has work in which it can be killed.
            await WriteInputAsync(file.Lines.Take(file.Lines.Count * (kill + 1) / (Kills + 1)));
            await using var sample = SampleProcess.Start(_folder.Data, options);
            killed += await sample.KillInTheMiddleAsync(random) ? 1 : 0;
        }

        killed.ShouldBeGreaterThan(Kills / 2, "Most runs ended before they could be killed.");
        await WriteInputAsync(file.Lines);
        await using (var last = SampleProcess.Start(_folder.Data, options))
        {
            (await last.WaitForExitAsync()).ExitCode.ShouldBe(0, last.Errors);
            last.Errors.ShouldContain($"{file.Valid.Count + file.Broken.Count} invoices: ");
            last.Errors.ShouldContain($", 0 rejected, {file.Broken.Count} parked");
        }

        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(_folder.Data);
        List<string?> created = await ReadAsync(broker, "invoice.created", record => Text(record.Value));
        created.Order().ShouldBe(file.Lines.Order(), "Every line is published once.");

        List<string?> classified = await ReadAsync(broker, "invoice.classified", InvoiceOf);
        classified.Order().ShouldBe(file.Valid.Order(), "Every invoice is classified once.");

        List<string?> parked = await ReadAsync(broker, "invoice.created.dlq", record => Text(record.Value));
        parked.Order().ShouldBe(file.Broken.Order(), "What is broken is parked once.");

        (await ReadAsync(broker, "invoice.duplicate", InvoiceOf)).Count.ShouldBe(file.Duplicates, "A duplicate is recognised once.");

        List<string?> asked = await ReadAsync(broker, "human_in_loop.required", InvoiceOf);
        List<string?> answered = await ReadAsync(broker, "human_in_loop.completed", InvoiceOf);
        asked.ShouldBeUnique();
        answered.Order().ShouldBe(asked.Order(), "Every question is answered once.");
        (await ReadAsync(broker, "human_in_loop.ignored", InvoiceOf)).ShouldBeEmpty();
    }

    public void Dispose() => _folder.Dispose();

    private Task WriteInputAsync(IEnumerable<string> lines) => File.WriteAllLinesAsync(_folder.File("invoices.jsonl"), lines);

    private static async Task<List<string?>> ReadAsync(EmbeddedBroker broker, string topic, Func<Record, string?> select)
    {
        TopicDescription description = (await broker.Topics.FindAsync(topic)).ShouldNotBeNull();
        return await broker.ReadAllAsync(description).Select(select).ToListAsync();
    }

    private static string? InvoiceOf(Record record) => JsonNode.Parse(record.Value!.Value.Span)!["invoice_id"]!.ToString();

    private static string? Text(ReadOnlyMemory<byte>? value) => value is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
}
