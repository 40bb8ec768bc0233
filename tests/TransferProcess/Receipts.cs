using System.Collections.Concurrent;
using System.Text;

namespace TransferProcess;

/// <summary>The world outside: a file to which every effect appends a line, which is on the disk when the effect is done.</summary>
internal sealed class Receipts(string path) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _file = new(path, new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, BufferSize = 0 });
    private readonly ConcurrentDictionary<string, bool> _failed = new();

    public Task<Receipt> AddAsync(string effect, int number, string key)
    {
        var receipt = new Receipt(effect, number, key, Guid.NewGuid().ToString("N"));
        lock (_lock)
        {
            _file.Write(Encoding.UTF8.GetBytes($"{receipt.Effect} {receipt.Number} {receipt.Key} {receipt.Token}\n"));
            _file.Flush(flushToDisk: true);
        }

        // What has happened outside may fail all the same, as when the connection breaks before the answer comes.
        return number % 7 == 0 && _failed.TryAdd(key, true) ? throw new IOException("Nobody knows whether it was done.") : Task.FromResult(receipt);
    }

    public void Dispose() => _file.Dispose();
}
