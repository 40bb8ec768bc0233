using System.Collections.Concurrent;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Routes;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Runtime;

public sealed class PauseTests
{
    private const int Keys = 10;

    private static readonly PauseTarget Reader = PauseTarget.OfAgent("reader");

    private readonly ConcurrentQueue<string> _read = new();
    private readonly ConcurrentQueue<string> _witnessed = new();

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    [Fact(Timeout = 60_000)]
    public async Task An_agent_that_is_paused_handles_nothing_and_goes_on_where_it_was()
    {
        await using AgentTestHost host = await StartAsync();
        await PublishAsync(host, "notes", 0, 10);
        await WhenAsync(() => _read.Count == 10 * Keys);

        await PausesOf(host).PauseAsync(Reader, cancellationToken: Timeout);
        await PublishAsync(host, "notes", 10, 10);
        await WhenAsync(() => _witnessed.Count == 20 * Keys);
        int meanwhile = _read.Count;
        await PausesOf(host).ResumeAsync(Reader, cancellationToken: Timeout);
        await WhenAsync(() => _read.Count == 20 * Keys);

        meanwhile.ShouldBe(10 * Keys);
        AssertEachOnceInOrder(20);
    }

    [Fact(Timeout = 60_000)]
    public async Task Under_load_what_was_handled_before_and_what_waits_add_up()
    {
        await using AgentTestHost host = await StartAsync();
        Task publishing = PublishAsync(host, "notes", 0, 50);
        await WhenAsync(() => _read.Count >= 10);

        await PausesOf(host).PauseAsync(Reader, cancellationToken: Timeout);
        await publishing;
        await PublishAsync(host, "notes", 50, 50);
        await WhenAsync(() => _witnessed.Count == 100 * Keys);
        int before = _read.Count;
        await host.StopAsync();
        int atTheEnd = _read.Count;
        await host.RunAsync(Agents);
        await PausesOf(host).ResumeAsync(Reader, cancellationToken: Timeout);
        await WhenAsync(() => _read.Count == 100 * Keys);

        atTheEnd.ShouldBe(before, "What is paused is not finished by stopping.");
        before.ShouldBeLessThan(100 * Keys);
        AssertEachOnceInOrder(100);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_channel_is_paused_for_all_who_read_it_and_others_are_not()
    {
        await using AgentTestHost host = await StartAsync();
        await PausesOf(host).PauseAsync(PauseTarget.OfChannel("notes"), cancellationToken: Timeout);
        await PublishAsync(host, "notes", 0, 1);
        await PublishAsync(host, "letters", 0, 1, keyPrefix: "other");
        await WhenAsync(() => _read.Count == Keys && _witnessed.Count == Keys);
        string[] meanwhile = [.. _read.Concat(_witnessed)];

        await PausesOf(host).ResumeAsync(PauseTarget.OfChannel("notes"), cancellationToken: Timeout);
        await WhenAsync(() => _read.Count == 2 * Keys && _witnessed.Count == 2 * Keys);

        meanwhile.ShouldAllBe(entry => entry.StartsWith("letters ", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_two_pauses_hold_waits_for_both()
    {
        await using AgentTestHost host = await StartAsync();
        await PausesOf(host).PauseAsync(PauseTarget.Everything, cancellationToken: Timeout);
        await PausesOf(host).PauseAsync(Reader, cancellationToken: Timeout);
        await PublishAsync(host, "notes", 0, 1);

        await PausesOf(host).ResumeAsync(PauseTarget.Everything, cancellationToken: Timeout);
        await WhenAsync(() => _witnessed.Count == Keys);
        int meanwhile = _read.Count;
        await PausesOf(host).ResumeAsync(Reader, cancellationToken: Timeout);
        await WhenAsync(() => _read.Count == Keys);

        meanwhile.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pause_holds_in_every_process_and_lasts_until_somebody_ends_it()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(static _ => { });
        Pause begun = await PausesOf(host).PauseAsync(Reader, "maria", "nonsense", cancellationToken: Timeout);
        await host.RunAsync(Agents);
        await PublishAsync(host, "notes", 0, 1);
        await WhenAsync(() => _witnessed.Count == Keys);
        int meanwhile = _read.Count;
        Pause[] listed = [.. await PausesOf(host).ListAsync(Timeout)];
        Pause again = await PausesOf(host).PauseAsync(Reader, "otto", "the same", cancellationToken: Timeout);

        bool wasPaused = await PausesOf(host).ResumeAsync(Reader, cancellationToken: Timeout);
        await WhenAsync(() => _read.Count == Keys);

        meanwhile.ShouldBe(0);
        begun.ShouldBe(new Pause(Reader, begun.Since) { By = "maria", Reason = "nonsense" });
        listed.ShouldBe([begun]);
        again.ShouldBe(begun);
        wasPaused.ShouldBeTrue();
        (await PausesOf(host).ResumeAsync(Reader, cancellationToken: Timeout)).ShouldBeFalse();
        (await PausesOf(host).ListAsync(Timeout)).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_has_paused_what_is_kept_for_good_and_who_did_nothing_is_not_in_it()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(static _ => { });
        await PausesOf(host).PauseAsync(Reader, "maria", "nonsense", cancellationToken: Timeout);
        await PausesOf(host).PauseAsync(Reader, "otto", "the same", cancellationToken: Timeout);
        await PausesOf(host).PauseAsync(Reader, "otto", "at once", cancelWork: true, cancellationToken: Timeout);
        await PausesOf(host).ResumeAsync(Reader, "maria", "mended", Timeout);
        await PausesOf(host).ResumeAsync(Reader, "otto", "mended, too", Timeout);
        await PausesOf(host).PauseAsync(PauseTarget.Everything, cancellationToken: Timeout);
        await host.RunAsync(static _ => { });
        Pauses late = PausesOf(host);

        IReadOnlyList<PauseChange> all = await late.ListChangesAsync(cancellationToken: Timeout);
        IReadOnlyList<PauseChange> ofReader = await late.ListChangesAsync(Reader, Timeout);

        ofReader.Select(change => (change.IsPaused, change.CancelsWork, change.By, change.Reason)).ShouldBe(
            [(true, false, "maria", "nonsense"), (true, true, "otto", "at once"), (false, false, "maria", "mended")]);
        all.Take(3).ShouldBe(ofReader);
        all.Skip(3).ShouldHaveSingleItem().Target.ShouldBe(PauseTarget.Everything);
    }

    [Fact(Timeout = 60_000)]
    public async Task Compaction_leaves_all_who_have_paused_something()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(static _ => { });
        await PausesOf(host).PauseAsync(Reader, cancellationToken: Timeout);
        await PausesOf(host).ResumeAsync(Reader, cancellationToken: Timeout);
        await PausesOf(host).PauseAsync(Reader, cancellationToken: Timeout);

        (await host.ReadRecordsAsync("ganglion.pauses", 3)).Select(one => Encoding.UTF8.GetString(one.Record.Key!.Value.Span)).ShouldBeUnique();
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_two_who_do_the_same_at_once_the_first_has_done_it()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(static _ => { });
        Pause begun = await PausesOf(host).PauseAsync(Reader, "maria", cancelWork: true, cancellationToken: Timeout);
        CloudEvent written = (await host.ReadAsync("ganglion.pauses", 1)).Single();

        await AppendAsync("pause_begun");
        IReadOnlyList<Pause> paused = await PausesOf(host).ListAsync(Timeout);
        await AppendAsync("pause_ended");
        await AppendAsync("pause_ended");

        paused.ShouldBe([begun]);
        (await PausesOf(host).ListChangesAsync(cancellationToken: Timeout)).Select(change => (change.IsPaused, change.By)).ShouldBe([(true, "maria"), (false, "otto")]);

        // As another process does that has not seen what the first has done.
        async Task AppendAsync(string type)
        {
            CloudEvent own = written with { Id = Guid.NewGuid().ToString(), Type = type, Data = """{"target":"agent:reader","by":"otto"}"""u8.ToArray() };
            await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Timeout);
            await producer.AppendAsync(new ProducerRecord("ganglion.pauses", EventCodec.Encode(own, Encoding.UTF8.GetBytes(own.Id)), 0), Timeout);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_cancels_later_what_is_in_hand_changes_nothing_else_of_a_pause()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(static _ => { });
        Pause begun = await PausesOf(host).PauseAsync(Reader, "maria", "nonsense", cancellationToken: Timeout);

        Pause cancelling = await PausesOf(host).PauseAsync(Reader, "otto", "at once", cancelWork: true, cancellationToken: Timeout);
        Pause again = await PausesOf(host).PauseAsync(Reader, "otto", "the same", cancellationToken: Timeout);

        cancelling.ShouldBe(begun with { CancelsWork = true });
        again.ShouldBe(cancelling);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_waits_goes_on_after_the_pause()
    {
        var asked = new TaskCompletionSource();
        var decided = new TaskCompletionSource<int>();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("reader", agent => agent
            .On<Note>("notes", async (_, context) =>
            {
                asked.TrySetResult();
                Note answer = await context.AskAsync<Note>("questions", new Note(0), answers: "answers");
                decided.SetResult(answer.Number);
            })));
        await host.Publisher.PublishAsync("notes", new Note(1), "k", Timeout);
        await asked.Task;
        await PausesOf(host).PauseAsync(Reader, cancellationToken: Timeout);
        CloudEvent question = (await host.ReadAsync("questions", 1))[0];
        var answer = new CloudEvent("answers", "/person", TimeProvider.System)
        {
            CausationId = question.Id,
            DataContentType = "application/json",
            Data = """{"number":7}"""u8.ToArray(),
        };
        await host.Publisher.PublishAsync("answers", answer, "k", Timeout);
        await host.ReadRecordsAsync("reader.inbox", 1);
        bool meanwhile = decided.Task.IsCompleted;

        await PausesOf(host).ResumeAsync(Reader, cancellationToken: Timeout);

        (await decided.Task).ShouldBe(7);
        meanwhile.ShouldBeFalse();
    }

    private static Pauses PausesOf(AgentTestHost host) => host.Host.Services.GetRequiredService<Pauses>();

    private Task<AgentTestHost> StartAsync() => AgentTestHost.StartAsync(Agents);

    private void Agents(GanglionBuilder ganglion) => ganglion
        .AddAgent("reader", agent => agent
            .On<Note>("notes", (note, context) => _read.Enqueue($"notes {context.Self.Key} {note.Number}"))
            .On<Note>("letters", (note, context) => _read.Enqueue($"letters {context.Self.Key} {note.Number}")))
        .AddAgent("witness", agent => agent
            .On<Note>("notes", (note, context) => _witnessed.Enqueue($"notes {context.Self.Key} {note.Number}"))
            .On<Note>("letters", (note, context) => _witnessed.Enqueue($"letters {context.Self.Key} {note.Number}")));

    private static async Task PublishAsync(AgentTestHost host, string channel, int first, int count, string keyPrefix = "key")
    {
        for (int number = first; number < first + count; number++)
        {
            await Task.WhenAll(Enumerable.Range(0, Keys).Select(key =>
                host.Publisher.PublishAsync(channel, new Note(number), $"{keyPrefix}-{key}", Timeout).AsTask()));
        }
    }

    private void AssertEachOnceInOrder(int each)
    {
        foreach (IGrouping<string, string> key in _read.GroupBy(entry => entry.Split(' ')[1]))
        {
            key.Select(entry => int.Parse(entry.Split(' ')[2], null)).ShouldBe(Enumerable.Range(0, each));
        }
    }

    private static async Task WhenAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
        }
    }
}
