using System.Globalization;

namespace EndToEnd;

/// <summary>A file of invoices, some of them broken and some of them there twice, and what is to become of it.</summary>
internal sealed class InvoiceFile
{
    private static readonly string[] NoInvoices =
    [
        "no JSON at all", """{"invoice_id":""", """{"amount":250.0}""", """{"invoice_id":"","amount":1}""", "[]", "null", "42",
        """{"invoice_id":{"a":1},"amount":1}""", """{"invoice_id":"INV-BAD","amount":"much"}""", """{"invoice_id":"INV-BAD"}""",
        """{"invoice_id":"INV-BAD","amount":-250.0}""", """{"invoice_id":"INV-BAD","amount":1e300}""",
    ];

    public List<string> Lines { get; } = [];

    /// <summary>The numbers of the invoices that can be classified, each once.</summary>
    public List<string> Valid { get; } = [];

    /// <summary>The lines that are to be parked.</summary>
    public List<string> Broken { get; } = [];

    public int Duplicates { get; private set; }

    public static InvoiceFile Generate(int lines)
    {
        var file = new InvoiceFile();
        var random = new Random(7);
        for (int number = 1; number <= lines; number++)
        {
            switch (random.Next(20))
            {
                case 0:
                    file.Broken.Add(NoInvoices[random.Next(NoInvoices.Length)]);
                    file.Lines.Add(file.Broken[^1]);
                    break;
                case 1 when file.Valid.Count > 0:
                    file.Lines.Add(Invoice(file.Valid[random.Next(file.Valid.Count)], 10));
                    file.Duplicates++;
                    break;
                default:
                    file.Lines.Add(Invoice($"INV-{number}", random.Next(10) == 0 ? 20_000 : random.Next(1, 400)));
                    file.Valid.Add($"INV-{number}");
                    break;
            }
        }

        return file;
    }

    private static string Invoice(string id, decimal amount) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"invoice_id":"{{id}}","amount":{{amount}},"status":"CREATED","supplier":"Nordlicht"}""");
}
