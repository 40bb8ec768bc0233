using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Tests.State;

public sealed class SeenEventsTests
{
    [Fact]
    public void A_second_event_of_the_same_source_and_id_is_a_duplicate()
    {
        var seen = new SeenEvents(10);

        seen.Add(Event("1", "/a")).ShouldBeTrue();
        seen.Add(Event("1", "/a")).ShouldBeFalse();
        seen.Add(Event("1", "/b")).ShouldBeTrue();
        seen.Add(Event("2", "/a")).ShouldBeTrue();
    }

    [Fact]
    public void The_window_forgets_the_oldest()
    {
        var seen = new SeenEvents(2);
        seen.Add(Event("1", "/a"));
        seen.Add(Event("2", "/a"));
        seen.Add(Event("3", "/a"));

        seen.Add(Event("2", "/a")).ShouldBeFalse();
        seen.Add(Event("1", "/a")).ShouldBeTrue();
    }

    [Fact]
    public void Without_a_window_everything_is_new()
    {
        var seen = new SeenEvents(0);
        seen.Add(Event("1", "/a"));

        seen.Add(Event("1", "/a")).ShouldBeTrue();
    }

    private static CloudEvent Event(string id, string source) => new() { Id = id, Source = source, Type = "t" };
}
