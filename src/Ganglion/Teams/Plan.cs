using System.Collections.Frozen;
using System.ComponentModel;

namespace Ganglion.Teams;

/// <summary>Who of a team is to do what, and what has to be done before. Models write plans: as the type of an answer, and checked by <see cref="FaultsFor"/>.</summary>
/// <param name="Tasks">The tasks.</param>
public sealed record Plan([property: Description("The tasks")] IReadOnlyList<PlannedTask> Tasks)
{
    /// <summary>What is wrong with the plan, a sentence for each fault, fit to be told to a model.</summary>
    /// <param name="members">The team.</param>
    /// <param name="maxTasks">How many tasks it may have.</param>
    /// <param name="done">The ids of tasks that are done already, by an earlier plan: tasks may depend on them, and none may be called so.</param>
    /// <returns>Nothing if it can be carried out.</returns>
    public IEnumerable<string> FaultsFor(IReadOnlyCollection<TeamMember> members, int maxTasks = 20, IReadOnlyCollection<string>? done = null)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (Tasks.Count == 0)
        {
            return ["The plan has no tasks: it needs one at least."];
        }

        if (Tasks.Count > maxTasks)
        {
            return [$"The plan has {Tasks.Count} tasks: use {maxTasks} at most."];
        }

        // What is read from JSON may have such.
        if (Tasks.Any(task => task is null))
        {
            return ["The plan has a task that is null."];
        }

        return [.. FaultsOfTasks(members, [.. done ?? []])];
    }

    /// <summary>Carries out the plan: each task begins when those are done that it depends on, and independent ones run at the same time. It has no faults.</summary>
    /// <typeparam name="TResult">What comes of a task. That a task has failed is a result, too.</typeparam>
    /// <param name="run">Does a task, given the results of those that it depends on, in their order.</param>
    /// <param name="done">The results of tasks that are done already, by id.</param>
    /// <returns>The run, which has begun. In a handler, it goes on wherever the handler waits.</returns>
    public PlanRun<TResult> Start<TResult>(Func<PlannedTask, IReadOnlyList<TResult>, Task<TResult>> run, IReadOnlyDictionary<string, TResult>? done = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new PlanRun<TResult>(this, run, done ?? FrozenDictionary<string, TResult>.Empty);
    }

    /// <summary>The tasks in an order in which none comes before those that it depends on; fewer than there are, if some depend on one another in a circle.</summary>
    internal IReadOnlyList<PlannedTask> Ordered(IEnumerable<string> done)
    {
        var placed = new HashSet<string>(done, StringComparer.Ordinal);
        var ordered = new List<PlannedTask>(Tasks.Count);
        List<PlannedTask> left = [.. Tasks];
        while (left.FindAll(task => task.DependsOn.All(placed.Contains)) is { Count: > 0 } next)
        {
            ordered.AddRange(next);
            placed.UnionWith(next.Select(task => task.Id));
            left.RemoveAll(next.Contains);
        }

        return ordered;
    }

    private IEnumerable<string> FaultsOfTasks(IReadOnlyCollection<TeamMember> members, HashSet<string> done)
    {
        var ids = new HashSet<string>(done, StringComparer.Ordinal);
        bool isComplete = true;
        foreach (PlannedTask task in Tasks)
        {
            if (string.IsNullOrWhiteSpace(task.Id) || !ids.Add(task.Id))
            {
                yield return $"The id '{task.Id}' is empty or taken: give each task an id of its own.";
            }

            if (string.IsNullOrWhiteSpace(task.Task))
            {
                yield return $"The task '{task.Id}' does not say what is to be done.";
            }

            if (members.All(member => member.Name != task.Agent))
            {
                yield return $"The agent '{task.Agent}' of the task '{task.Id}' is unknown: choose among {string.Join(", ", members.Select(member => member.Name))}.";
            }
        }

        foreach (PlannedTask task in Tasks)
        {
            foreach (string missing in task.DependsOn.Where(id => !ids.Contains(id)))
            {
                isComplete = false;
                yield return $"The task '{task.Id}' depends on '{missing}', which is no task.";
            }
        }

        if (isComplete && Ordered(done) is var ordered && ordered.Count < Tasks.Count)
        {
            yield return $"The tasks {string.Join(", ", Tasks.Except(ordered).Select(task => task.Id))} wait for one another in a circle: let one of them begin.";
        }
    }
}
