using System.Collections.Concurrent;
using System.Diagnostics;
using Ganglion.Benchmarks.Children;

namespace Ganglion.Benchmarks.Subjects;

/// <summary>One of several processes that share an agent's partitions, as it is seen from outside.</summary>
internal sealed class Member : IDisposable
{
    private readonly Child _process;
    private readonly ConcurrentDictionary<int, long> _last = new();
    private readonly Task _reading;

    public Member(string servers, string agent)
    {
        _process = Child.Start("member", servers, agent);
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>The instances of which it has handled events since a time.</summary>
    public int[] HandledSince(long time) => [.. _last.Where(one => one.Value > time).Select(one => one.Key)];

    public async Task KillAsync(CancellationToken cancellationToken)
    {
        await _process.KillAsync(cancellationToken);
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _process.Dispose();

    private async Task ReadAsync()
    {
        while (true)
        {
            int instance = (int)await _process.ReadAsync(CancellationToken.None);
            _last[instance] = Stopwatch.GetTimestamp();
        }
    }
}
