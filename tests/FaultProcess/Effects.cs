using System.Text;

namespace FaultProcess;

/// <summary>The world outside: a file to which every effect adds a line with its key.</summary>
internal sealed class Effects(string path)
{
    private readonly Lock _lock = new();

    public Task<string> DoAsync(string name, int number, string key)
    {
        lock (_lock)
        {
            using FileStream file = new(path, FileMode.Append);
            file.Write(Encoding.UTF8.GetBytes($"{name} {number} {key}\n"));
        }

        return Task.FromResult(key);
    }
}
