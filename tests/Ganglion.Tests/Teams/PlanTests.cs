using Ganglion.Teams;

namespace Ganglion.Tests.Teams;

public sealed class PlanTests
{
    private static readonly TeamMember[] Team = [new("researcher", "tasks.researcher", null), new("writer", "tasks.writer", null)];

    [Fact]
    public void A_plan_that_can_be_carried_out_has_no_faults() =>
        Plan("a researcher", "b researcher", "c writer a b", "d writer c a").FaultsFor(Team).ShouldBeEmpty();

    [Theory]
    [InlineData("no tasks")]
    [InlineData("3 tasks: use 2 at most", "a writer", "b writer", "c writer")]
    [InlineData("'a' is empty or taken", "a writer", "a writer")]
    [InlineData("'coder' of the task 'a' is unknown: choose among researcher, writer", "a coder")]
    [InlineData("'a' depends on 'x', which is no task", "a writer x")]
    [InlineData("a wait for one another in a circle", "a writer a")]
    [InlineData("a, b wait for one another in a circle", "a writer b", "b writer a")]
    [InlineData("'done' is empty or taken", "done writer")]
    public void What_cannot_be_carried_out_is_told(string fault, params string[] tasks) =>
        Plan(tasks).FaultsFor(Team, maxTasks: 2, done: ["done"]).ShouldHaveSingleItem().ShouldContain(fault);

    [Fact]
    public void All_faults_are_told_at_once() =>
        Plan("a coder x", "a writer").FaultsFor(Team).Count().ShouldBe(3);

    [Fact]
    public void A_task_that_is_null_or_says_nothing_is_a_fault()
    {
        new Plan([null!]).FaultsFor(Team).ShouldHaveSingleItem();
        new Plan([new PlannedTask(" ", "writer", " ", [])]).FaultsFor(Team).Count().ShouldBe(2);
        new Plan([new PlannedTask("a", "writer", "b", [null!])]).FaultsFor(Team).ShouldHaveSingleItem();
    }

    [Fact]
    public void Tasks_may_depend_on_what_is_done() => Plan("a writer done").FaultsFor(Team, done: ["done"]).ShouldBeEmpty();

    [Fact(Timeout = 20_000)]
    public async Task A_task_begins_when_those_are_done_that_it_depends_on()
    {
        var begun = new List<string>();
        var ends = new Dictionary<string, TaskCompletionSource<string>>();
        PlanRun<string> run = Plan("c writer a b", "a researcher", "b researcher", "d writer c done").Start<string>(
            (task, inputs) =>
            {
                begun.Add($"{task.Id}({string.Join(',', inputs)})");
                return (ends[task.Id] = new TaskCompletionSource<string>()).Task;
            },
            new Dictionary<string, string> { ["done"] = "DONE" });

        begun.ShouldBe(["a()", "b()"]);
        ends["b"].SetResult("B");
        begun.Count.ShouldBe(2);
        ends["a"].SetResult("A");
        begun.ShouldBe(["a()", "b()", "c(A,B)"]);
        run.Results.Keys.ShouldBe(["a", "b"], ignoreOrder: true);
        run.Completion.IsCompleted.ShouldBeFalse();
        ends["c"].SetResult("C");
        begun[^1].ShouldBe("d(C,DONE)");
        ends["d"].SetResult("D");
        await run.Completion;
        run.Results.Count.ShouldBe(4);
    }

    [Fact]
    public void Hundreds_of_random_plans_are_carried_out_in_their_order_or_refused()
    {
        var random = new Random(17);
        int refused = 0;
        for (int round = 0; round < 500; round++)
        {
            int count = random.Next(1, 30);
            var plan = new Plan([.. Enumerable.Range(0, count).Select(index => new PlannedTask(
                $"t{index}", "writer", "do it", [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => $"t{random.Next(0, random.Next(4) == 0 ? count : Math.Max(1, index))}").Distinct()]))]);
            var done = new HashSet<string>();
            if (plan.FaultsFor(Team, maxTasks: 30).Any())
            {
                refused++;
                continue;
            }

            PlanRun<string> run = plan.Start<string>((task, _) =>
            {
                task.DependsOn.ShouldAllBe(id => done.Contains(id));
                done.Add(task.Id);
                return Task.FromResult(task.Id);
            });
            run.Completion.IsCompletedSuccessfully.ShouldBeTrue();
            done.Count.ShouldBe(count);
        }

        refused.ShouldBeInRange(50, 450);
    }

    // Each task: its id, its agent, and what it depends on.
    private static Plan Plan(params string[] tasks) => new([.. tasks.Select(task => task.Split(' ')).Select(words => new PlannedTask(words[0], words[1], "do it", words[2..]))]);
}
