using System.ComponentModel;

namespace Ganglion.Teams;

/// <summary>A task of a <see cref="Plan"/>.</summary>
/// <param name="Id">What the plan calls it, such as <c>t1</c>.</param>
/// <param name="Agent">Who is to do it, by the name of a <see cref="TeamMember"/>.</param>
/// <param name="Task">What is to be done.</param>
/// <param name="DependsOn">The ids of the tasks whose results it needs.</param>
public sealed record PlannedTask(
    [property: Description("A short name of the task, such as t1")] string Id,
    [property: Description("The name of the agent that is to do it")] string Agent,
    [property: Description("What is to be done, in full: the agent sees nothing else but the results of the tasks it depends on")] string Task,
    [property: Description("The ids of the tasks whose results it needs; none: it can begin at once")] IReadOnlyList<string> DependsOn);
