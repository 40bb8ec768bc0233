using Ganglion.Journal.Entries;

namespace Ganglion.Journal;

/// <summary>An invocation that has a journal, because it waits or was interrupted: where its records lie. There may be a million of these.</summary>
/// <param name="id">The invocation.</param>
/// <param name="key">The instance.</param>
internal sealed class OpenInvocation(InvocationId id, string key)
{
    // Most have one record.
    private long _first;
    private long[] _others = [];
    private int _committed;
    private volatile List<JournalEntry>? _entries;

    public InvocationId Id => id;

    public string Key => key;

    /// <summary>How many records there are, those included that are still to be committed.</summary>
    public int Records { get; set; }

    /// <summary>Where the committed records lie, by their number.</summary>
    public IReadOnlyList<long> Offsets => _committed == 0 ? [] : [_first, .. _others];

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
        if (_committed == 0)
        {
            _first = offset;
        }
        else
        {
            _others = [.. _others, offset];
        }

        _committed++;
        if (_committed == Records)
        {
            Entries = null;
        }
    }

    /// <summary>What was still to be committed was refused: what lies on the log holds.</summary>
    public void Undo()
    {
        Records = _committed;
        Entries = null;
        IsOver = false;
    }
}
