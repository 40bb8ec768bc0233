using System.Runtime.CompilerServices;

namespace InvoiceApproval.Input;

/// <summary>Where invoices come from, as lines of JSON.</summary>
/// <param name="Name">Names the input on the log.</param>
/// <param name="IsRepeatable">Whether it can be read again from its beginning, as a file can.</param>
/// <param name="ReadAsync">Begins to read.</param>
internal sealed record InvoiceInput(string Name, bool IsRepeatable, Func<CancellationToken, IAsyncEnumerable<string>> ReadAsync)
{
    public static InvoiceInput From(RunOptions options) => options switch
    {
        { Input: "-" } => new("stdin", false, ReadStandardInputAsync),
        { Input: { } file } => OfFile(file),
        { Count: { } count } => new("generated", true, _ => InvoiceGenerator.Generate(count).ToAsyncEnumerable()),
        _ => OfFile(Path.Combine(AppContext.BaseDirectory, "invoices.jsonl")),
    };

    private static InvoiceInput OfFile(string file) =>
        new(Path.GetFileName(file), true, cancellationToken => File.ReadLinesAsync(file, cancellationToken));

    private static async IAsyncEnumerable<string> ReadStandardInputAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(Console.OpenStandardInput());

        // The console's stream blocks and heeds no token; Ctrl-C is not to wait for the next line.
        while (await Task.Run(reader.ReadLine, CancellationToken.None).WaitAsync(cancellationToken) is { } line)
        {
            yield return line;
        }
    }
}
