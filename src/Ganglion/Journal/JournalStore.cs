using System.Diagnostics.CodeAnalysis;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Journal.Entries;
using Ganglion.State;

namespace Ganglion.Journal;

/// <summary>The journals of a partition's invocations that are not over. The log has them; here there is where they lie.</summary>
internal sealed class JournalStore : IAsyncDisposable
{
    private readonly PartitionReader _log;
    private readonly Lock _lock = new();

    // There may be a million of them: a concurrent dictionary would take half as much again.
    private readonly Dictionary<InvocationId, OpenInvocation> _open = [];
    private volatile bool _isAny;
    private readonly HashSet<string> _channels = new(StringComparer.Ordinal);

    /// <param name="log">The partition of the journal's topic.</param>
    public JournalStore(PartitionReader log)
    {
        _log = log;
        Deferred = new DeferredEvents(log, Held);
    }

    /// <summary>The questions whose answers need not name them.</summary>
    public AwaitedAnswers Answers { get; } = new();

    /// <summary>The instances that exclusive handlers have for themselves.</summary>
    public HeldInstances Held { get; } = new();

    /// <summary>The events that were put aside meanwhile.</summary>
    public DeferredEvents Deferred { get; }

    /// <summary>The channels on which answers are awaited, as far as it was found by <see cref="RestoreAsync"/>.</summary>
    public IReadOnlyCollection<string> Channels => _channels;

    /// <summary>Whether there is no journal at all.</summary>
    public bool IsEmpty => !_isAny;

    /// <summary>Reads the log to its end.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        await foreach (ConsumedRecord record in _log.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (Deferred.Restore(record.Record, record.Offset))
            {
                continue;
            }

            if (!JournalCodec.TryReadKey(record.Record.Key.GetValueOrDefault().Span, out InvocationId id, out _))
            {
                continue;
            }

            if (record.Record.Value is null)
            {
                if (TryRemove(id, out OpenInvocation? over))
                {
                    Held.Release(over.Key, id);
                    Answers.Set(id, []);
                }
            }
            else
            {
                OpenInvocation open = GetOrAdd(id, JournalCodec.InstanceOf(record.Record));
                open.Records++;
                open.Committed(record.Offset);
                RestoreAnswers(id, record.Record);
                if (JournalCodec.IsExclusive(record.Record))
                {
                    Held.Hold(open.Key, id);
                }
            }
        }
    }

    public OpenInvocation? Find(InvocationId id)
    {
        lock (_lock)
        {
            return _open.GetValueOrDefault(id) is { IsOver: false } open ? open : null;
        }
    }

    public OpenInvocation GetOrAdd(InvocationId id, string key)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(id, out OpenInvocation? open))
            {
                _open.Add(id, open = new OpenInvocation(id, key));
                _isAny = true;
            }

            return open;
        }
    }

    /// <summary>The invocation is over, and its journal is gone.</summary>
    public void Remove(OpenInvocation open)
    {
        lock (_lock)
        {
            if (_open.GetValueOrDefault(open.Id) != open || !TryRemove(open.Id, out _))
            {
                return;
            }
        }

        Answers.Set(open.Id, []);
    }

    /// <summary>What was still to be committed of a journal was refused: what lies on the log holds, and if that is nothing, there is no journal.</summary>
    public void Undo(OpenInvocation open)
    {
        open.Undo();
        if (open.Records == 0)
        {
            Remove(open);
        }
    }

    /// <summary>The entries of an invocation's journal.</summary>
    /// <returns>A list of the caller's own.</returns>
    /// <exception cref="JournalException">A record is gone or cannot be read.</exception>
    public async ValueTask<List<JournalEntry>> ReadAsync(OpenInvocation open, CancellationToken cancellationToken)
    {
        if (open.Entries is { } known)
        {
            return [.. known];
        }

        var entries = new List<JournalEntry>();
        foreach (long offset in open.Offsets)
        {
            ConsumedRecord record = await _log.ReadAsync(offset, cancellationToken).ConfigureAwait(false)
                ?? throw new JournalException(
                    "journal-missing", $"The journal of invocation {open.Id} should have a record at {_log.Partition}@{offset}, and has none. Restore the topic from a backup.");
            entries.AddRange(JournalCodec.Read(record.Record));
        }

        StateChangesEntry.Resolve(entries);

        return entries;
    }

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    private bool TryRemove(InvocationId id, [NotNullWhen(true)] out OpenInvocation? removed)
    {
        lock (_lock)
        {
            bool wasThere = _open.Remove(id, out removed);
            _isAny = _open.Count > 0;
            return wasThere;
        }
    }

    private void RestoreAnswers(InvocationId id, in Record record)
    {
        if (JournalCodec.AnswersOf(record) is not { } channels)
        {
            return;
        }

        _channels.UnionWith(channels);
        Answers.Set(id, !JournalCodec.SelectsAnswers(record) ? [] : JournalCodec.Read(record).OfType<WaitEntry>().Last().For);
    }
}
