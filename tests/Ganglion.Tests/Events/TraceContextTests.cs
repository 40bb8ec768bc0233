using System.Diagnostics;
using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed class TraceContextTests
{
    [Fact]
    public void The_context_of_an_activity_is_its_id_and_state()
    {
        using var activity = new Activity("test");
        activity.SetIdFormat(ActivityIdFormat.W3C);
        activity.TraceStateString = "vendor=1";
        activity.Start();

        TraceContext.Of(activity).ShouldBe(new TraceContext(activity.Id, "vendor=1"));
    }

    [Fact]
    public void Without_an_activity_there_is_none() => TraceContext.Of(null).ShouldBe(default);

    [Fact]
    public void Headers_that_are_not_text_are_none() =>
        TraceContext.Read(RecordHeaders.Create(new RecordHeader("traceparent", new byte[] { 0xFF }))).ShouldBe(default);
}
