using System.Diagnostics;
using Ganglion.Approvals;
using Ganglion.Benchmarks.Harness;
using Ganglion.Benchmarks.Subjects;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Benchmarks.Scenarios;

/// <summary>What people wait for who look after a long queue.</summary>
internal sealed class ApprovalsScenario : IScenario
{
    private const int Times = 1_000;

    public string Name => "approvals";

    public string Description =>
        "100,000 events of a kilobyte wait for a person, of ten agents in ten queues. A host is started anew on the folder. Then, each a thousand times: a page of "
        + "a hundred of a queue; all of an agent by a rule, of which there are none among ten thousand and twenty thousand; one shown with its event; one claimed, and then approved, each on disk before it returns. "
        + "And a hundred approved at once.";

    public async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        int count = run.Settings.Scaled(100_000);
        using var folder = new TemporaryFolder(run.Settings);
        await using EmbeddedBroker broker = await ApprovalSubject.OpenBrokerAsync(folder, cancellationToken);
        await FillAsync(run, broker, count, cancellationToken);
        long started = Stopwatch.GetTimestamp();
        await using ApprovalSubject subject = await ApprovalSubject.StartAsync(broker, cancellationToken);
        await subject.WhenPendingAsync(count, cancellationToken);
        run.Add(new("started, and all of them listed", Stopwatch.GetElapsedTime(started).TotalSeconds, Unit.Seconds));

        ApprovalQueues queues = subject.Queues;
        ApprovalPage page = await queues.ListAsync(new() { Queue = "queue-3" }, limit: ApprovalQueues.MaxPageItems, cancellationToken: cancellationToken);
        ApprovalItem[] items = [.. page.Items];
        await TimeAsync("a page of a queue", i => queues.ListAsync(new() { Queue = "queue-3" }, limit: 100, cancellationToken: cancellationToken).AsTask());
        await TimeAsync("a filter of two that fits nothing", i => queues.ListAsync(new() { Agent = "agent-0", Rule = "rule-1" }, cancellationToken: cancellationToken).AsTask());
        await TimeAsync("one shown", i => queues.FindAsync(items[i % items.Length].Id, cancellationToken).AsTask());
        await TimeAsync("one claimed", i => queues.ActAsync(new ApprovalCommand(items[i].Id, ApprovalAction.Claim) { By = "maria" }, cancellationToken).AsTask());
        await TimeAsync(
            "one approved", i => queues.ActAsync(new ApprovalCommand(items[i].Id, ApprovalAction.Approve) { By = "maria", Version = items[i].Version }, cancellationToken).AsTask());
        await TimeAsync("a hundred approved", ApproveManyAsync, times: 5);

        async Task ApproveManyAsync(int round)
        {
            ApprovalPage next = await queues.ListAsync(new() { Queue = "queue-4" }, limit: 100, cancellationToken: cancellationToken);
            IReadOnlyList<ApprovalOutcome> outcomes = await queues.ActAsync(
                [.. next.Items.Select(item => new ApprovalCommand(item.Id, ApprovalAction.Approve) { By = "ben", Version = item.Version })], cancellationToken);
            if (outcomes.Any(outcome => outcome.Problem is not null))
            {
                throw new InvalidOperationException("An approval was refused.");
            }
        }

        async Task TimeAsync(string name, Func<int, Task> act, int times = Times)
        {
            times = Math.Min(times, items.Length);
            var latencies = new Latencies();
            List<long> took = latencies.NewList(times);
            for (int i = 0; i < times; i++)
            {
                long began = Stopwatch.GetTimestamp();
                await act(i);
                took.Add(Stopwatch.GetTimestamp() - began);
            }

            double[] percentiles = latencies.Percentiles(0.5, 0.99);
            run.Add(new($"{name}, p50", percentiles[0] / 1_000, Unit.Milliseconds));
            run.Add(new($"{name}, p99", percentiles[1] / 1_000, Unit.Milliseconds));
            if (times > 10)
            {
                run.Expect(Verdict.AtMost($"{name}, p99", run[$"{name}, p99"], 100));
            }
        }
    }

    private static async Task FillAsync(ScenarioRun run, EmbeddedBroker broker, int count, CancellationToken cancellationToken)
    {
        await using ApprovalSubject filling = await ApprovalSubject.StartAsync(broker, cancellationToken);
        long began = Stopwatch.GetTimestamp();
        await ApprovalSubject.AskAsync(broker, count, cancellationToken);
        await filling.WhenPendingAsync(count, cancellationToken);
        run.Add(new("taken up", count / Stopwatch.GetElapsedTime(began).TotalSeconds, Unit.PerSecond));
    }
}
