using System.Text;
using Ganglion.Agents;
using Ganglion.Events;

namespace Ganglion.Tests.Runtime;

public sealed class TimerTests
{
    private readonly ManualTime _time = new();

    private static void Remind(AgentBuilder agent) => agent
        .On<Note>("notes", (note, context) =>
        {
            string id = context.Schedule(TimeSpan.FromDays(2), "reminders", note);
            context.SetState(id);
            context.Publish("scheduled", id);
        })
        .On("answers", (AgentContext context) =>
        {
            context.Unschedule(context.GetState<string>()!);
            context.Publish("cancelled", "ok");
        })
        .On<Note>("reminders", (note, context) => context.Publish("reminded", $"{context.Self.Key} {note.Number}"));

    [Fact(Timeout = 60_000)]
    public async Task A_timer_sends_the_instance_its_event_when_it_is_due()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("reminder", Remind), _time);
        await host.AppendAsync("notes", "k", """{"number":7}""");
        CloudEvent scheduled = (await host.ReadAsync("scheduled", 1))[0];

        await AdvanceAsync(TimeSpan.FromDays(2));

        CloudEvent reminded = (await host.ReadAsync("reminded", 1))[0];
        Encoding.UTF8.GetString(reminded.Data!.Value.Span).ShouldBe("\"k 7\"");
        reminded.CorrelationId.ShouldBe(scheduled.CorrelationId);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_timer_survives_the_process()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("reminder", Remind), _time);
        await host.AppendAsync("notes", "k", """{"number":7}""");
        await host.ReadAsync("scheduled", 1);
        await host.KillAsync();

        await host.RunAsync(ganglion => ganglion.AddAgent("reminder", Remind), _time);
        await AdvanceAsync(TimeSpan.FromDays(2));

        (await host.ReadAsync("reminded", 1)).Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_timer_that_became_due_while_nothing_ran_fires_at_the_start_and_only_once()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("reminder", Remind), _time);
        await host.AppendAsync("notes", "k", """{"number":7}""");
        await host.ReadAsync("scheduled", 1);
        await host.StopAsync();
        _time.Advance(TimeSpan.FromDays(3));

        await host.RunAsync(ganglion => ganglion.AddAgent("reminder", Remind), _time);
        await AdvanceAsync(TimeSpan.Zero);
        await host.ReadAsync("reminded", 1);
        await host.StopAsync();
        await host.RunAsync(ganglion => ganglion.AddAgent("reminder", Remind), _time);
        await host.AppendAsync("notes", "k", """{"number":8}""");
        await host.ReadAsync("scheduled", 2);
        await AdvanceAsync(TimeSpan.FromDays(2));

        (await host.ReadAsync("reminded", 2)).Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span)).ShouldBe(["\"k 7\"", "\"k 8\""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancelled_timer_does_not_fire()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent("reminder", Remind), _time);
        await host.AppendAsync("notes", "a", """{"number":1}""");
        await host.AppendAsync("notes", "b", """{"number":2}""");
        await host.ReadAsync("scheduled", 2);
        await host.AppendAsync("answers", "a", "{}");
        await host.ReadAsync("cancelled", 1);
        await host.StopAsync();

        await host.RunAsync(ganglion => ganglion.AddAgent("reminder", Remind), _time);
        await AdvanceAsync(TimeSpan.FromDays(2));

        (await host.ReadAsync("reminded", 1)).Select(one => Encoding.UTF8.GetString(one.Data!.Value.Span)).ShouldBe(["\"b 2\""]);
        (await host.ReadAsync("reminder.inbox", 1)).Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_without_data_can_be_scheduled()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(
            ganglion => ganglion.AddAgent("alarm", agent => agent
                .On<Note>("notes", (_, context) => context.Schedule<Note?>(TimeSpan.FromHours(1), "rings", null))
                .On("rings", (CloudEvent ring, AgentContext context) => context.Publish("rang", ring.Data is null))),
            _time);
        await host.AppendAsync("notes", "k", """{"number":7}""");

        await host.ReadRecordsAsync("alarm.timers", 1);
        await AdvanceAsync(TimeSpan.FromHours(1));

        Encoding.UTF8.GetString((await host.ReadAsync("rang", 1))[0].Data!.Value.Span).ShouldBe("true");
    }

    // The queue learns of a timer when its commit is acknowledged, just after readers see it.
    private async Task AdvanceAsync(TimeSpan by)
    {
        await _time.WhenTimerIsSetAsync(by);
        _time.Advance(by);
    }
}
