using System.Collections.Concurrent;
using System.Globalization;
using Ganglion.Benchmarks.Children;
using Ganglion.Benchmarks.Clusters;
using Ganglion.Benchmarks.Harness;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>What four processes together spend of a limit that they share.</summary>
internal sealed class BudgetScenario : IScenario
{
    private const int Processes = 4;
    private const int Callers = 25;
    private const int LimitPerMinute = 6_000;

    public string Name => "budget";

    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processes} processes on a broker that listens share a limit of {LimitPerMinute} requests a minute, and want a quarter more, evenly. What they got of it in the first, second and third minute, and most in any minute.");

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        TimeSpan window = TimeSpan.FromSeconds(run.Settings.Scaled(60));
        int limit = run.Settings.Scaled(LimitPerMinute);
        for (int round = 0; round < run.Settings.Rounds; round++)
        {
            double[] spent = await SpendAsync(window, limit, cancellationToken);
            for (int minute = 0; minute < 3; minute++)
            {
                double from = spent[0] + (minute * window.TotalMilliseconds);
                run.Add(new(NameOf(minute), spent.Count(at => at >= from && at < from + window.TotalMilliseconds) / (double)limit, Unit.Times));
            }

            run.Add(new("most in any minute", MostWithin(spent, window.TotalMilliseconds) / (double)limit, Unit.Times));
        }

        for (int minute = 0; minute < 3; minute++)
        {
            run.Expect(Verdict.AtLeast(NameOf(minute), run[NameOf(minute)], 0.98));
        }

        run.Expect(Verdict.AtMost("most in any minute", run["most in any minute"], 1.02));
    }

    private static string NameOf(int minute) => $"minute {minute + 1}, of the limit";

    private static async Task<double[]> SpendAsync(TimeSpan window, int limit, CancellationToken cancellationToken)
    {
        await using ListenerCluster cluster = await ListenerCluster.StartAsync(cancellationToken);
        string text = string.Create(CultureInfo.InvariantCulture, $"{limit} requests/{window:c}");

        // Each caller's share of a limit that is a quarter higher.
        string pause = (window.TotalMilliseconds * Processes * Callers / (limit * 1.25)).ToString("0", CultureInfo.InvariantCulture);
        var children = new List<Child>();
        var spent = new ConcurrentQueue<double>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            for (int number = 0; number < Processes; number++)
            {
                children.Add(Child.Start("spend", cluster.Options.BootstrapServers, text, Callers.ToString(CultureInfo.InvariantCulture), pause));
            }

            foreach (Child child in children)
            {
                await child.ReadAsync(cancellationToken);
            }

            Task reading = Task.WhenAll(children.Select(child => ReadAsync(child, spent, enough.Token)));
            await Task.Delay((3 * window) + TimeSpan.FromSeconds(1), cancellationToken);
            await enough.CancelAsync();
            await reading;
        }
        finally
        {
            children.ForEach(child => child.Dispose());
        }

        return [.. spent.Order()];
    }

    private static async Task ReadAsync(Child child, ConcurrentQueue<double> spent, CancellationToken cancellationToken)
    {
        try
        {
            spent.Enqueue(await child.AskAsync("go", cancellationToken));
            while (true)
            {
                spent.Enqueue(await child.ReadAsync(cancellationToken));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static int MostWithin(double[] spent, double milliseconds)
    {
        int most = 0;
        for (int first = 0, last = 0; last < spent.Length; last++)
        {
            while (spent[first] <= spent[last] - milliseconds)
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        return most;
    }
}
