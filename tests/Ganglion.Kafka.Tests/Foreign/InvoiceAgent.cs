using Ganglion.Agents;
using Ganglion.Events;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>Classifies invoices, each supplier's in order.</summary>
[Agent("invoice-classifier")]
public sealed class InvoiceAgent : Agent
{
    public const string Created = "invoice.created";
    public const string Classified = "invoice.classified";
    public const string Corrected = "invoice.corrected";
    public const string Reclassified = "invoice.reclassified";
    public const string Disputed = "invoice.disputed";
    public const string Acknowledged = "invoice.dispute_acknowledged";

    [On(Created)]
    public void Classify(InvoiceCreated invoice, AgentContext context) => Classify(Classified, invoice, context);

    [On(Corrected)]
    public void Reclassify(InvoiceCreated invoice, AgentContext context) => Classify(Reclassified, invoice, context);

    [On(Disputed)]
    public void Acknowledge(CloudEvent message, AgentContext context)
    {
        AutoGenMessage autoGen = AutoGenMessage.Read(message)!;
        context.Publish(
            Acknowledged, $"{autoGen.Kind} {autoGen.SenderType} {autoGen.SenderKey} {autoGen.TopicSource} {autoGen.RequestId} {message.Extensions["agfuture"]}");
    }

    private static void Classify(string channel, InvoiceCreated invoice, AgentContext context)
    {
        int number = context.GetState<int>() + 1;
        context.SetState(number);
        context.Publish(channel, new InvoiceClassified(invoice.InvoiceId, invoice.Amount < 1000 ? "SMALL" : "LARGE", number));
    }
}
