namespace Ganglion.Journal;

/// <summary>An invocation that has a journal, because it waits or was interrupted: where its records lie. There may be a million of these.</summary>
/// <param name="id">The invocation.</param>
/// <param name="key">The instance.</param>
internal sealed class OpenInvocation(InvocationId id, string key)
{
    private long[] _offsets = [];
    private volatile List<JournalEntry>? _entries;

    public InvocationId Id => id;

    public string Key => key;

    /// <summary>How many records there are, those included that are still to be committed.</summary>
    public int Records { get; set; }

    /// <summary>Where the committed records lie, by their number.</summary>
    public ReadOnlySpan<long> Offsets => _offsets;

    /// <summary>What was recorded, as long as not all of it can be read from the log.</summary>
    public List<JournalEntry>? Entries
    {
        get => _entries;
        set => _entries = value;
    }

    /// <summary>The handler has returned; the commit that says so is under way.</summary>
    public bool IsOver { get; set; }

    /// <summary>A record is on the log.</summary>
    public void Committed(long offset)
    {
        Array.Resize(ref _offsets, _offsets.Length + 1);
        _offsets[^1] = offset;
        if (_offsets.Length == Records)
        {
            Entries = null;
        }
    }

    /// <summary>What was still to be committed was refused: what lies on the log holds.</summary>
    public void Undo()
    {
        Records = _offsets.Length;
        Entries = null;
        IsOver = false;
    }
}
