using System.Diagnostics;

namespace Ganglion.Benchmarks.Subjects;

/// <summary>Counts what is committed to a topic, and in how many commits.</summary>
internal sealed class CommitCount(string topic, int wanted)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _records;
    private int _commits;
    private long _ended;

    public string Topic => topic;

    /// <summary>How many events there are in a commit, in the mean.</summary>
    public double PerCommit => (double)_records / _commits;

    /// <summary>When the last was committed.</summary>
    public long Ended => _ended;

    /// <summary>A commit has succeeded. They come one after the other.</summary>
    public void Add(int records)
    {
        _records += records;
        _commits++;
        if (_records >= wanted)
        {
            _ended = Stopwatch.GetTimestamp();
            _reached.TrySetResult();
        }
    }

    public Task WhenReachedAsync(CancellationToken cancellationToken) => _reached.Task.WaitAsync(cancellationToken);
}
