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
        Classification verdict = await context.RunAsync("classify", effect => model.ClassifyAsync(invoice, effect.CancellationToken));

        if (verdict.Confidence < 0.8)
        {
            Review review = await context.AskAsync<Review>(
                "human_in_loop.required", new ReviewRequest(invoice.InvoiceId, verdict),
                answers: "human_in_loop.completed", by: new("invoice_id", invoice.InvoiceId));
            verdict = verdict.DecidedBy(review);
        }

        context.Publish("invoice.classified", new InvoiceClassified(invoice.InvoiceId, verdict.Label));
    }
}

/// <summary>What a reader of README.md brings along.</summary>
public interface IInvoiceModel
{
    Task<Classification> ClassifyAsync(InvoiceCreated invoice, CancellationToken cancellationToken);
}

public sealed record InvoiceCreated(string InvoiceId, decimal Amount);

public sealed record Classification(string Label, double Confidence)
{
    public Classification DecidedBy(Review review) => this with { Label = review.Result };
}

public sealed record ReviewRequest(string InvoiceId, Classification Suggestion);

public sealed record Review(string InvoiceId, string Result);

public sealed record InvoiceClassified(string InvoiceId, string Label);
