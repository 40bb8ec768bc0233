using System.Collections.Concurrent;
using System.Diagnostics;

namespace Ganglion.Benchmarks.Harness;

/// <summary>Collects how long single operations took, from any thread.</summary>
internal sealed class Latencies
{
    private readonly ConcurrentQueue<List<long>> _all = new();

    /// <summary>A list for one thread or task; its entries are <see cref="Stopwatch"/> ticks.</summary>
    public List<long> NewList(int capacity)
    {
        var list = new List<long>(capacity);
        _all.Enqueue(list);
        return list;
    }

    /// <summary>The percentiles of everything collected, in microseconds.</summary>
    public double[] Percentiles(params ReadOnlySpan<double> fractions)
    {
        long[] sorted = [.. _all.SelectMany(static list => list)];
        Array.Sort(sorted);
        double[] result = new double[fractions.Length];
        for (int i = 0; i < fractions.Length; i++)
        {
            long ticks = sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * fractions[i])];
            result[i] = ticks * 1e6 / Stopwatch.Frequency;
        }

        return result;
    }
}
