namespace Ganglion.State;

/// <summary>A change of a state, as it lies on the log.</summary>
/// <param name="Name">What the change is called.</param>
/// <param name="Data">Its bytes.</param>
/// <param name="ContentType">What they are, with the version of the type.</param>
internal sealed record StoredChange(string Name, ReadOnlyMemory<byte> Data, string? ContentType)
{
    // About what key and headers of its record take.
    private const int RecordBytes = 512;

    /// <summary>About how many bytes it takes on the log, and how much there is to read to get it back.</summary>
    public int Bytes => Data.Length + RecordBytes;
}
