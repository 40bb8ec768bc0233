using Ganglion.Agents;
using Microsoft.Extensions.Hosting;

namespace Architecture;

/// <summary>The agent of README.md, compiled.</summary>
internal static class ReadmeAgent
{
    public const string Path = "tests/Architecture/ReadmeAgent.cs";

    public static void Configure(IHostApplicationBuilder builder) =>
        builder.AddGanglion(ganglion => ganglion
            .UseEmbeddedBroker("data")
            .AddAgent<InvoiceClassifier>());
}

[Agent("invoice-classifier")]
public sealed class InvoiceClassifier(IInvoiceModel model) : Agent
{
    [On("invoice.created")]
    public async Task ClassifyAsync(InvoiceCreated invoice, AgentContext context)
    {
        Classification verdict = await model.ClassifyAsync(invoice, context.CancellationToken);

        if (verdict.Confidence < 0.8)
        {
            context.Publish("human_in_loop.required", new ReviewRequest(invoice.InvoiceId, verdict));
        }
        else
        {
            context.Publish("invoice.classified", new InvoiceClassified(invoice.InvoiceId, verdict.Label));
        }
    }
}

/// <summary>What a reader of README.md brings along.</summary>
public interface IInvoiceModel
{
    Task<Classification> ClassifyAsync(InvoiceCreated invoice, CancellationToken cancellationToken);
}

public sealed record InvoiceCreated(string InvoiceId, decimal Amount);

public sealed record Classification(string Label, double Confidence);

public sealed record ReviewRequest(string InvoiceId, Classification Suggestion);

public sealed record InvoiceClassified(string InvoiceId, string Label);
