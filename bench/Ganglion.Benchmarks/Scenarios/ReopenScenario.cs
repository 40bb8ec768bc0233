using Ganglion.Benchmarks.Children;
using Ganglion.Benchmarks.Harness;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>How long a crash keeps the log closed.</summary>
internal sealed class ReopenScenario : IScenario
{
    public string Name => "reopen";

    public string Description =>
        "A process writes 10 million events of 128 bytes to eight partitions and is killed with SIGKILL while it goes on writing; a new "
        + "process opens the log, appends an event and reads the last ones. Measured from the new process's first line of code.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        int count = run.Settings.Scaled(10_000_000);
        using var folder = new TemporaryFolder(run.Settings);
        using (Child filling = Child.Start("fill", folder.Path, $"{count}"))
        {
            await filling.ReadAsync(cancellationToken);
            await filling.KillAsync(cancellationToken);
        }

        await MeasureAsync("opened after the kill", 1);
        await MeasureAsync("opened after a clean end", run.Settings.Rounds);
        run.Expect(Verdict.AtMost("opened after the kill", run["opened after the kill"], 2));

        async Task MeasureAsync(string name, int times)
        {
            for (int i = 0; i < times; i++)
            {
                using Child opening = Child.Start("open", folder.Path, $"{count}");
                run.Add(new(name, await opening.ReadAsync(cancellationToken), Unit.Seconds));
                await opening.EndAsync(cancellationToken);
            }
        }
    }
}
