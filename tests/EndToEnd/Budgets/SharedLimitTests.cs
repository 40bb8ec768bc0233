using System.Collections.Concurrent;
using System.Globalization;

namespace EndToEnd.Budgets;

/// <summary>Processes on one cluster that spend as much as they can of a limit that they share.</summary>
public sealed class SharedLimitTests : IAsyncLifetime
{
    private const int Limit = 1000;
    private const int Milliseconds = 3_000;
    private const int Callers = 20;

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<long> _spent = new();
    private readonly List<SampleProcess> _processes = [];

    public async ValueTask InitializeAsync()
    {
        var cluster = SampleProcess.StartCluster(_folder.File("cluster"), port: 0);
        _processes.Add(cluster);
        string address = (await cluster.WaitForAsync("Clients of Kafka", "127.0.0.1:")).Split(' ').Single(word => word.StartsWith("127.0.0.1:", StringComparison.Ordinal));
        string limit = string.Create(CultureInfo.InvariantCulture, $"{Limit} requests/{TimeSpan.FromMilliseconds(Milliseconds):c}");
        for (int number = 0; number < 4; number++)
        {
            _processes.Add(SampleProcess.StartSpending(address.TrimEnd('.', ',', ';'), limit, Callers));
        }

        await Task.WhenAll(_processes.Skip(1).Select(process => process.WaitForAsync("ready")));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SampleProcess process in _processes)
        {
            await process.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task Four_processes_together_spend_a_limit_and_never_more_also_when_one_of_them_is_killed()
    {
        SampleProcess[] spending = [.. _processes.Skip(1)];
        Task reading = Task.WhenAll(spending.Select(ReadAsync));
        foreach (SampleProcess process in spending)
        {
            await process.TypeAsync("go");
        }

        await WhenSpentAsync(Limit * 11 / 10);
        await spending[0].KillAsync();
        await WhenSpentAsync(Limit * 22 / 10);
        foreach (SampleProcess process in spending)
        {
            await process.KillAsync();
        }

        await reading;
        long[] spent = [.. _spent.Order()];
        ((double)spent.TakeWhile(at => at < spent[0] + Milliseconds).Count() / Limit).ShouldBeInRange(0.98, 1);

        // When something was is told a little after it was.
        MostWithin(spent, Milliseconds * 95 / 100).ShouldBeLessThanOrEqualTo(Limit);
        TestContext.Current.SendDiagnosticMessage($"{spent.Length} spent in {spent[^1] - spent[0]} ms of {Limit} in {Milliseconds} ms");
    }

    private async Task ReadAsync(SampleProcess process)
    {
        await foreach (string line in process.ReadLinesAsync())
        {
            _spent.Enqueue(long.Parse(line, CultureInfo.InvariantCulture));
        }
    }

    private async Task WhenSpentAsync(int count)
    {
        while (_spent.Count < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
        }
    }

    private static int MostWithin(long[] spent, long milliseconds)
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
