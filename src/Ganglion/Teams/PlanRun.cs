namespace Ganglion.Teams;

/// <summary>A <see cref="Plan"/> that is being carried out.</summary>
/// <typeparam name="TResult">What comes of a task.</typeparam>
public sealed class PlanRun<TResult>
{
    private readonly Dictionary<string, TResult> _results = new(StringComparer.Ordinal);

    internal PlanRun(Plan plan, Func<PlannedTask, IReadOnlyList<TResult>, Task<TResult>> run, IReadOnlyDictionary<string, TResult> done)
    {
        var tasks = done.ToDictionary(one => one.Key, one => Task.FromResult(one.Value), StringComparer.Ordinal);
        foreach (PlannedTask task in plan.Ordered(done.Keys))
        {
            tasks.Add(task.Id, RunAsync(task, [.. task.DependsOn.Select(id => tasks[id])], run));
        }

        Completion = Task.WhenAll(tasks.Values);
    }

    /// <summary>Completes when all tasks have; fails if one has thrown.</summary>
    public Task Completion { get; }

    /// <summary>What has come of the tasks so far, by their ids. It changes only while whoever has begun it waits.</summary>
    public IReadOnlyDictionary<string, TResult> Results => _results;

    // Goes on where the handler runs, so that it asks for the same things in the same order whenever it runs again.
    private async Task<TResult> RunAsync(PlannedTask task, Task<TResult>[] needed, Func<PlannedTask, IReadOnlyList<TResult>, Task<TResult>> run)
    {
        TResult[] inputs = await Task.WhenAll(needed).ConfigureAwait(true);
        TResult result = await run(task, inputs).ConfigureAwait(true);
        _results.Add(task.Id, result);
        return result;
    }
}
