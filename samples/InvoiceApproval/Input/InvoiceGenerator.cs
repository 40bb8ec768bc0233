using System.Globalization;

namespace InvoiceApproval.Input;

/// <summary>Makes invoices up, always the same ones: about one in five is doubtful.</summary>
internal static class InvoiceGenerator
{
    private static readonly string[] Suppliers = ["Nordlicht Office Supply", "Halden Machine Works", "Kestrel Cloud Hosting", "Waterside Utilities"];

    public static IEnumerable<string> Generate(int count) => Enumerable.Range(1, count).Select(Invoice);

    private static string Invoice(int number)
    {
        var random = new Random(number);
        bool isDoubtful = random.Next(5) == 0;
        decimal amount = isDoubtful ? random.Next(11_000, 49_000) + 0.5m : random.Next(50, 900) + 0.25m;
        string supplier = Suppliers[random.Next(Suppliers.Length)];
        return string.Create(CultureInfo.InvariantCulture,
            $$"""{"invoice_id":"INV-{{2000 + number}}","amount":{{amount}},"status":"CREATED","supplier":"{{supplier}}","purchase_order":"PO-{{7000 + number}}"}""");
    }
}
