using Ganglion.Agents;
using MarketingAssistant.Leads;
using MarketingAssistant.Messages;

namespace MarketingAssistant.Sinks;

/// <summary>A folder of e-mails, a file each. One that is put there again under its key is the same file.</summary>
public sealed class EmailSpool(string folder, string from)
{
    /// <returns>Its file.</returns>
    public async Task<string> PutAsync(EmailOrder order, DateTimeOffset date, string idempotencyKey, CancellationToken cancellationToken)
    {
        if (!EmailAddress.IsValid(order.To))
        {
            throw new UnprocessableEventException($"Nothing can be sent to '{order.To}'.");
        }

        string file = $"{idempotencyKey}.eml";
        await SafeFile.WriteAsync(Path.Combine(folder, file), EmailText.Write(order, from, date, idempotencyKey), cancellationToken);
        return file;
    }
}
