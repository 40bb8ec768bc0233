using System.Text.Json;
using InvoiceApproval.Invoices;
using Microsoft.Extensions.AI;

namespace InvoiceApproval.Models;

/// <summary>Asks a model about an invoice: a prompt in, JSON out, which is read strictly or not at all.</summary>
public sealed class InvoiceModel(IChatClient client)
{
    private const string Instructions =
        """
        You check incoming invoices. Answer with one JSON object and nothing else:
        {"label": "APPROVED" or "REJECTED", "confidence": 0 to 1, "reasons": ["what speaks against the invoice", ...]}
        """;

    private static readonly ChatMessage System = new(ChatRole.System, Instructions);

    /// <exception cref="FormatException">The model's answer is not what it was asked for.</exception>
    public async Task<Classification> ClassifyAsync(InvoiceCreated invoice, CancellationToken cancellationToken)
    {
        var question = new ChatMessage(ChatRole.User, JsonSerializer.Serialize(invoice, ModelJson.Default.InvoiceCreated));
        ChatResponse answer = await client.GetResponseAsync([System, question], new ChatOptions { Temperature = 0 }, cancellationToken);
        return Read(answer.Text);
    }

    private static Classification Read(string answer)
    {
        try
        {
            if (JsonSerializer.Deserialize(answer, ModelJson.Default.Classification) is { Confidence: >= 0 and <= 1 } verdict)
            {
                return verdict;
            }
        }
        catch (JsonException exception)
        {
            throw new FormatException($"The model answered '{answer}', which is not the JSON it was asked for.", exception);
        }

        throw new FormatException($"The model answered '{answer}': its confidence is to be 0 to 1.");
    }
}
