using System.Text;

namespace Ganglion.Cli.Tests;

/// <summary>An output that tells when something has been written to it.</summary>
internal sealed class SignallingStream : MemoryStream
{
    private readonly SemaphoreSlim _written = new(0);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await base.WriteAsync(buffer, cancellationToken);
        _written.Release();
    }

    public async Task WaitForAsync(string text, CancellationToken cancellationToken)
    {
        while (Encoding.UTF8.GetString(ToArray()) != text)
        {
            await _written.WaitAsync(cancellationToken);
        }
    }
}
