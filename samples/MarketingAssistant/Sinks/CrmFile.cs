using System.Globalization;
using System.Text;
using MarketingAssistant.Messages;

namespace MarketingAssistant.Sinks;

/// <summary>A CRM that is a CSV file with a row for each lead. A lead that is put there again takes the place of its row.</summary>
public sealed class CrmFile(string path) : IDisposable
{
    private static readonly string Heading = Csv.RowOf(["lead_id", "name", "company", "email", "product", "quantity", "value", "stage"]);
    private readonly SemaphoreSlim _oneAtATime = new(1);

    public async Task PutAsync(CrmEntry entry, CancellationToken cancellationToken)
    {
        string row = Csv.RowOf([
            entry.LeadId, entry.Name, entry.Company, entry.Email, entry.Product,
            entry.Quantity.ToString(CultureInfo.InvariantCulture), entry.Value.ToString(CultureInfo.InvariantCulture), entry.Stage,
        ]);
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            List<string> rows = File.Exists(path) ? [.. Csv.RowsOf(await File.ReadAllTextAsync(path, cancellationToken))] : [];
            if (rows.Count == 0)
            {
                rows.Add(Heading);
            }

            string lead = Csv.CellOf(entry.LeadId) + ",";
            int at = rows.FindIndex(1, one => one.StartsWith(lead, StringComparison.Ordinal));
            if (at < 0)
            {
                rows.Add(row);
            }
            else
            {
                rows[at] = row;
            }

            await SafeFile.WriteAsync(path, Encoding.UTF8.GetBytes(string.Concat(rows)), cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();
}
