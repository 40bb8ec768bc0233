using System.Runtime.CompilerServices;
using System.Text.Json;
using InvoiceApproval.Invoices;
using Microsoft.Extensions.AI;

namespace InvoiceApproval.Models;

/// <summary>
/// A model made of rules, behind the interface of every language model: put another <see cref="IChatClient"/> in its place, and
/// nothing else changes.
/// </summary>
internal sealed class RulesChatClient : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        string question = messages.Last(message => message.Role == ChatRole.User).Text;
        InvoiceCreated invoice = JsonSerializer.Deserialize(question, ModelJson.Default.InvoiceCreated)!;
        string answer = JsonSerializer.Serialize(InvoiceRules.Judge(invoice), ModelJson.Default.Classification);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, answer)) { ModelId = "invoice-rules-1" });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
