using System.Diagnostics;

namespace Ganglion.Testing.Tests;

public sealed class FaultPlanTests
{
    private readonly List<string> _kills = [];

    [Fact]
    public void A_point_kills_the_first_time_that_it_is_reached()
    {
        FaultPlan plan = Plan("kill:round.flushed");

        Reach(plan, "round.written", "round.flushed", "round.flushed");

        _kills.ShouldBe(["round.flushed"]);
    }

    [Fact]
    public void With_a_number_it_kills_that_time_only()
    {
        FaultPlan plan = Plan("kill:round.flushed@3");

        Reach(plan, "round.flushed", "round.flushed");
        _kills.ShouldBeEmpty();

        Reach(plan, "round.flushed", "round.flushed");
        _kills.ShouldBe(["round.flushed"]);
    }

    [Theory]
    [InlineData("*", "effect.done")]
    [InlineData("round.*", "round.written")]
    [InlineData("rou*", "round.written")]
    public void A_star_stands_for_the_rest_of_any_name(string pattern, string first)
    {
        FaultPlan plan = Plan($"kill:{pattern}");

        Reach(plan, "effect.done", "round.written", "round.flushed");

        _kills.ShouldBe([first]);
    }

    [Fact]
    public void Several_faults_count_by_themselves()
    {
        FaultPlan plan = Plan(" kill:round.*@2 ; kill:round.flushed; ");

        Reach(plan, "round.written", "round.flushed");

        _kills.ShouldBe(["round.flushed", "round.flushed"]);
    }

    [Fact]
    public void With_a_probability_the_same_seed_kills_the_same_times()
    {
        Reach(Plan("kill:*@p=0.1,seed=42"), [.. Points(1000)]);
        string[] first = [.. _kills];
        _kills.Clear();
        Reach(Plan("kill:*@p=0.1,seed=42"), [.. Points(1000)]);

        _kills.ShouldBe(first);
        first.Length.ShouldBeInRange(50, 150);

        _kills.Clear();
        Reach(Plan("kill:*@p=0.1,seed=43"), [.. Points(1000)]);
        string.Join(' ', _kills).ShouldNotBe(string.Join(' ', first));
    }

    [Theory]
    [InlineData("delay:round.written=30ms@2", 0, 30)]
    [InlineData("delay:round.written=0.03s", 30, 30)]
    [InlineData("delay:round.*=30ms@p=1", 30, 30)]
    public void A_delay_holds_up_whoever_comes(string text, int first, int second)
    {
        FaultPlan plan = Plan(text);

        foreach (int least in new[] { first, second })
        {
            long started = Stopwatch.GetTimestamp();
            Reach(plan, "round.written");
            Stopwatch.GetElapsedTime(started).TotalMilliseconds.ShouldBeGreaterThanOrEqualTo(least - 1);
        }

        _kills.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("round.flushed", "In 'round.flushed': begin with kill:point, or with delay:point=200ms.")]
    [InlineData("throw:round.flushed", "begin with kill:point")]
    [InlineData("kill", "begin with kill:point")]
    [InlineData("kill:round.flushed=20ms", "begin with kill:point")]
    [InlineData("delay:round.flushed", "begin with kill:point, or with delay:point=200ms.")]
    [InlineData("kill:", "there is no point ''; the points are ")]
    [InlineData("kill:round.flush", "there is no point 'round.flush'; the points are agent.assigned, ")]
    [InlineData("kill:Round.flushed", "there is no point 'Round.flushed'")]
    [InlineData("kill:x*", "there is no point 'x*'")]
    [InlineData("delay:round.flushed=20", "'20' is no pause: write 200ms or 2s, up to an hour.")]
    [InlineData("delay:round.flushed=-1s", "'-1s' is no pause")]
    [InlineData("delay:round.flushed=s", "'s' is no pause")]
    [InlineData("delay:round.flushed=3601s", "'3601s' is no pause")]
    [InlineData("kill:round.flushed@", "'' does not say when: write @3 for the third time, or @p=0.001,seed=42 for a probability of up to 1.")]
    [InlineData("kill:round.flushed@0", "'0' does not say when")]
    [InlineData("kill:round.flushed@-1", "'-1' does not say when")]
    [InlineData("kill:round.flushed@p=0", "'p=0' does not say when")]
    [InlineData("kill:round.flushed@p=1.1", "'p=1.1' does not say when")]
    [InlineData("kill:round.flushed@p=0.5,seed=x", "'p=0.5,seed=x' does not say when")]
    [InlineData("kill:round.flushed@p=0.5,sed=1", "'p=0.5,sed=1' does not say when")]
    public void What_cannot_be_understood_is_told_with_its_remedy(string text, string fault)
    {
        FaultInjectionException exception = Should.Throw<FaultInjectionException>(() => FaultText.Parse(text));

        exception.Code.ShouldBe("faults-malformed");
        exception.Message.ShouldStartWith("GANGLION_FAULTS cannot be understood. In '");
        exception.Message.ShouldContain(fault);
    }

    [Fact]
    public void Every_fault_of_the_text_is_told_at_once()
    {
        string message = Should.Throw<FaultInjectionException>(() => FaultText.Parse("kill:nowhere; kill:effect.done; kil:effect.done")).Message;

        message.ShouldContain("In 'kill:nowhere': ");
        message.ShouldContain("In 'kil:effect.done': ");
        message.ShouldNotContain("In 'kill:effect.done'");
    }

    private static IEnumerable<string> Points(int count) =>
        Enumerable.Range(0, count).Select(number => FaultInjection.Points[number % FaultInjection.Points.Count]);

    private FaultPlan Plan(string text) => new(FaultText.Parse(text), _kills.Add);

    private static void Reach(FaultPlan plan, params string[] points)
    {
        foreach (string point in points)
        {
            plan.Reach(point);
        }
    }
}
