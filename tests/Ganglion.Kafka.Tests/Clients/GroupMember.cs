using System.Collections.Concurrent;

namespace Ganglion.Kafka.Tests.Clients;

/// <summary>A member of a group in a process of its own, which reads until it leaves or is killed.</summary>
public abstract class GroupMember : IAsyncDisposable
{
    private volatile int[] _owned = [];
    private volatile Exception? _fault;

    /// <summary>The partitions that it has.</summary>
    /// <exception cref="InvalidOperationException">Something has failed.</exception>
    public IReadOnlyList<int> Owned
    {
        get => _fault is { } fault ? throw new InvalidOperationException("The member has failed.", fault) : _owned;
        protected set => _owned = [.. value];
    }

    /// <summary>What it has read.</summary>
    public ConcurrentQueue<string> Values { get; } = new();

    /// <summary>Joins the group.</summary>
    public abstract Task JoinAsync();

    /// <summary>Commits how far it has come, and leaves.</summary>
    public abstract Task LeaveAsync();

    /// <summary>Goes without a word: the process is killed, unless it has ended.</summary>
    public abstract Task KillAsync();

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        GC.SuppressFinalize(this);
    }

    protected void Fail(Exception fault) => _fault = fault;
}
