namespace Loan;

/// <summary>
/// The world outside: a folder for each receiver. What comes a second time under the same key is the same thing, and takes the place
/// of the first.
/// </summary>
public sealed class Outbox(string folder)
{
    /// <returns>Where it lies, below the folder.</returns>
    public async Task<string> PutAsync(string receiver, string idempotencyKey, string text, CancellationToken cancellationToken)
    {
        string place = Path.Combine(receiver, $"{idempotencyKey}.txt");
        Directory.CreateDirectory(Path.Combine(folder, receiver));
        await File.WriteAllTextAsync(Path.Combine(folder, place), text, cancellationToken);
        return place;
    }
}
