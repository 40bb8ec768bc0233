using System.Buffers.Text;
using Ganglion.Events;

namespace Ganglion.Runtime.Inputs;

/// <summary>
/// Runs of offsets behind a committed offset whose records are finished already. Travels as the committed offset's metadata, so
/// that whoever reads on from there skips them.
/// </summary>
/// <remarks>
/// Text form: <c>1.</c> and, in base64url, a pair of variable-length integers for each run: how far it begins behind the end of
/// the one before (the first: behind the committed offset), and its length.
/// </remarks>
internal sealed class FinishedRuns
{
    /// <summary>How many runs fit for certain, as long as all lie within <see cref="MaxSpan"/>: two integers of three bytes each.</summary>
    public const int MaxRuns = 500;

    /// <summary>How far behind the committed offset the last run may end.</summary>
    public const long MaxSpan = 1 << 20;

    private const string Version = "1.";

    private readonly List<(long Start, long End)> _runs = [];

    /// <summary>The first offset of each run, and the one behind its last; ascending.</summary>
    public IReadOnlyList<(long Start, long End)> Runs => _runs;

    public void Add(long start, long end) => _runs.Add((start, end));

    public bool Contains(long offset)
    {
        // Offsets are asked for in ascending order, but a partition may be read again from before: so no cursor is kept.
        int low = 0;
        int high = _runs.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            (long start, long end) = _runs[middle];
            if (offset < start)
            {
                high = middle - 1;
            }
            else if (offset >= end)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    public string? Encode(long committed)
    {
        if (_runs.Count == 0)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[MaxRuns * 2 * VarInt.MaxLongBytes];
        int length = 0;
        long from = committed;
        foreach ((long start, long end) in _runs)
        {
            length += VarInt.Write(bytes[length..], start - from);
            length += VarInt.Write(bytes[length..], end - start);
            from = end;
        }

        return Version + Base64Url.EncodeToString(bytes[..length]);
    }

    /// <summary>Reads what <see cref="Encode"/> wrote. Metadata of anybody else means nothing here, and is taken for none.</summary>
    public static FinishedRuns Decode(long committed, string? metadata)
    {
        var finished = new FinishedRuns();
        if (metadata is null || !metadata.StartsWith(Version, StringComparison.Ordinal))
        {
            return finished;
        }

        try
        {
            byte[] bytes = Base64Url.DecodeFromChars(metadata.AsSpan(Version.Length));
            int position = 0;
            long from = committed;
            while (position < bytes.Length)
            {
                long start = checked(from + VarInt.ReadSignedLong(bytes, ref position));
                from = checked(start + VarInt.ReadSignedLong(bytes, ref position));
                if (start < committed || from <= start)
                {
                    return new FinishedRuns();
                }

                finished.Add(start, from);
            }

            return finished;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return new FinishedRuns();
        }
    }
}
