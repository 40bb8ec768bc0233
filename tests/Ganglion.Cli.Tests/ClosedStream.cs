namespace Ganglion.Cli.Tests;

/// <summary>A pipe whose reader has gone.</summary>
internal sealed class ClosedStream : MemoryStream
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.IsEmpty ? default : throw Broken();

    public override void Write(ReadOnlySpan<byte> buffer) => throw Broken();

    private static IOException Broken() => new("Broken pipe", hresult: 32);
}
