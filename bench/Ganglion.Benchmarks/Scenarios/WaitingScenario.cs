using Ganglion.Benchmarks.Children;
using Ganglion.Benchmarks.Harness;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>What handlers cost that wait.</summary>
internal sealed class WaitingScenario : IScenario
{
    public string Name => "waiting";

    public string Description =>
        "A million handlers ask, each with a timeout, and wait. A new process opens the folder: what each of them takes of its memory, how long it "
        + "takes until the first answer has resumed its handler, from the process's first line of code, and from an answer to what its handler "
        + "publishes then, a thousand times one after the other.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        int count = run.Settings.Scaled(1_000_000);
        using var folder = new TemporaryFolder(run.Settings);
        using (Child filling = Child.Start("wait", folder.Path, $"{count}"))
        {
            await filling.ReadAsync(cancellationToken);
            await filling.EndAsync(cancellationToken);
        }

        using Child resuming = Child.Start("resume", folder.Path, $"{count}");
        run.Add(new("memory of each", await resuming.ReadAsync(cancellationToken), Unit.Bytes));
        run.Add(new("until the first is resumed", await resuming.ReadAsync(cancellationToken), Unit.Seconds));
        run.Add(new("an answer resumes, p50", await resuming.ReadAsync(cancellationToken), Unit.Milliseconds));
        run.Add(new("an answer resumes, p99", await resuming.ReadAsync(cancellationToken), Unit.Milliseconds));
        await resuming.EndAsync(cancellationToken);
        run.Expect(Verdict.AtMost("memory of each", run["memory of each"], 300));
        run.Expect(Verdict.AtMost("until the first is resumed", run["until the first is resumed"], 3));
        run.Expect(Verdict.AtMost("an answer resumes, p99", run["an answer resumes, p99"], 10));
    }
}
