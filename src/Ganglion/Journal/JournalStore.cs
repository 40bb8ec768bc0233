using System.Collections.Concurrent;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Journal;

/// <summary>The journals of a partition's invocations that are not over. The log has them; here there is where they lie.</summary>
/// <param name="log">The partition of the journal's topic.</param>
internal sealed class JournalStore(PartitionLog log) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<InvocationId, OpenInvocation> _open = new();
    private readonly HashSet<string> _channels = new(StringComparer.Ordinal);

    /// <summary>The questions whose answers need not name them.</summary>
    public AwaitedAnswers Answers { get; } = new();

    /// <summary>The instances that exclusive handlers have for themselves.</summary>
    public HeldInstances Held { get; } = new(log);

    /// <summary>The channels on which answers are awaited, as far as it was found by <see cref="RestoreAsync"/>.</summary>
    public IReadOnlyCollection<string> Channels => _channels;

    /// <summary>Whether there is no journal at all.</summary>
    public bool IsEmpty => _open.IsEmpty;

    /// <summary>Reads the log to its end.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        await foreach (ConsumedRecord record in log.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (Held.Restore(record.Record, record.Offset))
            {
                continue;
            }

            if (!JournalCodec.TryReadKey(record.Record.Key.GetValueOrDefault().Span, out InvocationId id, out _))
            {
                continue;
            }

            if (record.Record.Value is null)
            {
                if (_open.TryRemove(id, out OpenInvocation? over))
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

    public OpenInvocation? Find(InvocationId id) => _open.GetValueOrDefault(id) is { IsOver: false } open ? open : null;

    public OpenInvocation GetOrAdd(InvocationId id, string key) =>
        _open.GetOrAdd(id, static (id, key) => new OpenInvocation(id, key), key);

    /// <summary>The invocation is over, and its journal is gone.</summary>
    public void Remove(OpenInvocation open)
    {
        if (_open.TryRemove(new(open.Id, open)))
        {
            Answers.Set(open.Id, []);
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
        long[] offsets = open.Offsets.ToArray();
        foreach (long offset in offsets)
        {
            ConsumedRecord record = await log.ReadAsync(offset, cancellationToken).ConfigureAwait(false)
                ?? throw new JournalException(
                    "journal-missing", $"The journal of invocation {open.Id} should have a record at {log.Partition}@{offset}, and has none. Restore the topic from a backup.");
            entries.AddRange(JournalCodec.Read(record.Record));
        }

        return entries;
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

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
