using Ganglion.Agents;
using Ganglion.Events;

namespace Ganglion.Tests.Runtime;

public sealed record InvoiceCreated(string InvoiceId, decimal Amount);

public sealed record InvoiceClassified(string InvoiceId, string Label);

[Agent("classifier")]
public sealed class Classifier : Agent
{
    [On("invoice.created")]
    public void Classify(InvoiceCreated invoice, AgentContext context) =>
        context.Publish("invoice.classified", new InvoiceClassified(invoice.InvoiceId, invoice.Amount > 100 ? "large" : "small"));
}

public sealed class WalkingSkeletonTests
{
    [Fact(Timeout = 30_000)]
    public async Task An_event_becomes_another_event()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent<Classifier>());

        await host.AppendAsync("invoice.created", "INV-1", """{"invoice_id":"INV-1","amount":250.0}""");

        CloudEvent classified = (await host.ReadAsync("invoice.classified", 1)).ShouldHaveSingleItem();
        classified.Type.ShouldBe("invoice.classified");
        classified.Source.ShouldBe("/agents/classifier");
        System.Text.Encoding.UTF8.GetString(classified.Data!.Value.Span).ShouldBe("""{"invoice_id":"INV-1","label":"large"}""");
    }
}
