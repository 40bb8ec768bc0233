using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>What lanes are worth when ten times as much is asked as can be done.</summary>
internal sealed class LanesScenario : IScenario
{
    // In milliseconds: how soon a request of the tier is to be begun.
    private const double Within = 250;
    private const double FreeShare = 0.1;

    public string Name => "lanes";

    public string Description =>
        "An agent does at most 2,000 requests a second, and is asked for 20,000: 200 by the tier 'enterprise', 6,000 by 'pro', 13,800 by 'free', with a lane each and without any. How long "
        + "until a request is begun, and what part of all turns the lane 'free' has, which has a tenth of them for certain.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        object[] lanes = [new { name = "enterprise", within = "00:00:00.250" }, new { name = "pro", within = "00:00:02" }, new { name = "free", within = "00:01:00", share = FreeShare }];
        object[] weighted = [new { name = "enterprise", weight = 5 }, new { name = "pro", weight = 4 }, new { name = "free", weight = 1 }];
        await run.MeasureAsync(
            cancellationToken,
            Overload("no lanes", null),
            Overload("strict", new { attribute = "tier", schedule = "strict", lanes }),
            Overload("deadline", new { attribute = "tier", schedule = "deadline", lanes }),
            Overload("weighted", new { attribute = "tier", schedule = "weighted", lanes = weighted }));
        foreach (string how in new[] { "strict", "deadline", "weighted" })
        {
            run.Expect(Verdict.AtMost($"enterprise p99, {how}, in ms", run[$"enterprise p99, {how}"].Median / 1000, Within));
            run.Expect(Verdict.AtLeast($"share of free, {how}", run[$"share of free, {how}"].Median / 100, FreeShare));
        }

        Func<CancellationToken, Task<Sample[]>> Overload(string name, object? settings) => async cancellation =>
        {
            await using LaneSubject subject = await LaneSubject.StartAsync(run.Settings, settings, Durability.GroupCommit, cancellation);
            IReadOnlyDictionary<string, (int Done, double Percentile99)> done = await subject.RunAsync(
                new Dictionary<string, double> { ["enterprise"] = LaneSubject.Capacity / 10, ["pro"] = LaneSubject.Capacity * 3, ["free"] = LaneSubject.Capacity * 6.9 },
                TimeSpan.FromSeconds(10),
                cancellation);
            int all = done.Values.Sum(tier => tier.Done);
            return
            [
                .. done.Select(tier => new Sample($"{tier.Key} p99, {name}", tier.Value.Percentile99, Unit.Microseconds)),
                new($"share of free, {name}", 100.0 * done["free"].Done / all, Unit.Percent),
                new($"done, {name}", all / 10.0, Unit.PerSecond),
            ];
        };
    }
}
