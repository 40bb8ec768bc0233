using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.DeadLetters;
using Ganglion.Events;
using Ganglion.Guards;
using Ganglion.Hosting;
using Ganglion.Oversight;
using Ganglion.Routes;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Routing;

/// <summary>What guards and people do to the events of a route.</summary>
public sealed class StageTests
{
    private readonly ConcurrentQueue<string> _read = new();

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    [Fact(Timeout = 60_000)]
    public async Task What_a_guard_blocks_is_flagged_and_answered_and_the_rest_goes_on_changed_or_not()
    {
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Guard("judge", new { guard = "judge", fallbackTo = "replies" }));

        await SayAsync(host, "hello", "bad words", "my secret", "bye");

        await WhenReadAsync(3);
        _read.ShouldBe(["hello", "my ***", "bye"], ignoreOrder: true);
        (CloudEvent flagged, Record record) = (await host.ReadRecordsAsync("notes.flagged", 1)).Single();
        TextOf(flagged).ShouldBe("bad words");
        HeadersOf(record).ShouldBe(new Dictionary<string, string>
        {
            ["__flag.stage"] = "judge",
            ["__flag.guard"] = "judge",
            ["__flag.version"] = "1",
            ["__flag.verdict"] = "block",
            ["__flag.reason"] = "rude",
            ["__flag.score"] = "0.9",
        });
        CloudEvent answer = (await host.ReadAsync("replies", 1)).Single();
        TextOf(answer).ShouldBe("""{"message":"Please be kind."}""");
        answer.CausationId.ShouldBe(flagged.Id);
        answer.CorrelationId.ShouldBe(flagged.Id);
        answer.Source.ShouldBe("/routes/notes");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_replaces_a_blocked_event_leaves_by_the_exit_if_nothing_else_is_said()
    {
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Guard("judge", new { guard = "judge", fallback = new { text = "Something else." } }));

        await SayAsync(host, "worse words");

        await WhenReadAsync(1);
        _read.ShouldBe(["""{"text":"Something else."}"""]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_guard_cannot_judge_is_parked_and_what_comes_behind_it_goes_on()
    {
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Guard("judge", new { guard = "judge" }));

        await SayAsync(host, "throw", "hang", "nonsense", "hello");

        await WhenReadAsync(1);
        _read.ShouldBe(["hello"]);
        List<CloudEvent> parked = await host.ReadAsync("notes.dlq", 3);
        parked.Select(TextOf).ShouldBe(["throw", "hang", "nonsense"], ignoreOrder: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_escalated_to_a_queue_that_can_be_none_is_parked_at_once()
    {
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Guard("judge", new { guard = "judge" }));

        await SayAsync(host, "a question to all", "hello");

        await WhenReadAsync(1);
        (_, Record parked) = (await host.ReadRecordsAsync("notes.dlq", 1)).Single();
        Dictionary<string, string> headers = HeadersOf(parked);
        headers["__dlq.errors.delivery.count"].ShouldBe("1");
        headers["__dlq.errors.message"].ShouldContain("'all of us', which is to decide by 'judge', can be no queue");
        (await host.Broker.Topics.FindAsync("all of us.pending_approval", Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_parked_goes_by_the_mended_route_when_it_is_redriven()
    {
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Guard("judge", new { guard = "judge" }));
        await SayAsync(host, "nonsense");
        await host.ReadAsync("notes.dlq", 1);
        await ChangeAsync(host, route => route.Remove("judge"));

        DeadLetterQueue letters = host.Host.Services.GetRequiredService<DeadLetterQueue>();
        DeadLetterPage page = await letters.ListAsync(cancellationToken: Timeout);
        await letters.RedriveAsync([page.Letters.Single().Position], new RedriveOptions { Execute = true }, Timeout);

        await WhenReadAsync(1);
        _read.ShouldBe(["nonsense"]);
        (CloudEvent _, Record left) = (await host.ReadRecordsAsync("notes.cleaned", 1)).Single();
        left.Headers.Select(header => header.Name).ShouldAllBe(name => !name.StartsWith("__", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_shadow_changes_nothing_and_it_is_told_where_it_differs()
    {
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Guard("judge", new { guard = "judge", shadow = new { guard = "strict" } }));

        await SayAsync(host, "hello", "my secret", "nonsense for strict");

        await WhenReadAsync(3);
        _read.ShouldBe(["hello", "my ***", "nonsense for strict"], ignoreOrder: true);
        List<CloudEvent> differences = await host.ReadAsync("ganglion.guards", 2);
        string[] told = [.. differences.Select(one => JsonDocument.Parse(one.Data!.Value).RootElement)
            .Select(one => $"{one.GetProperty("guard").GetProperty("verdict")} {one.GetProperty("shadow").GetProperty("verdict")} {one.GetProperty("topic")}")];
        told.ShouldBe(["change block notes", "pass failed notes"], ignoreOrder: true);
        RouteOversight oversight = host.Host.Services.GetRequiredService<RouteOversight>();
        ShadowDifference[] listed = await oversight.ListDifferencesAsync("strict", OffsetPosition.Earliest, Timeout).ToArrayAsync(Timeout);
        listed.Select(one => (one.Guard.Guard, one.Guard.Kind, one.Shadow.Kind, one.Channel, one.Stage, one.Position.Partition.Topic))
            .ShouldBe([("judge", VerdictKind.Change, VerdictKind.Block, "notes", "judge", "notes"), ("judge", VerdictKind.Pass, null, "notes", "judge", "notes")], ignoreOrder: true);
        listed.Select(one => one.EventId).ShouldBe(differences.Select(one => one.Subject!), ignoreOrder: true);
        (await oversight.ListDifferencesAsync("judge", OffsetPosition.Earliest, Timeout).CountAsync(Timeout)).ShouldBe(2);
        (await oversight.ListDifferencesAsync("other", OffsetPosition.Earliest, Timeout).CountAsync(Timeout)).ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_escalated_waits_for_a_person_and_goes_on_behind_the_stage_that_held_it_up()
    {
        await using AgentTestHost host = await StartAsync();
        await InsertAsync(host, Guard("judge", new { guard = "judge" }));
        await InsertAsync(host, Mirror("behind", "copies"));

        await SayAsync(host, "a question of law", "hello");
        ApprovalItem item = await PendingAsync(host, "legal.queries");
        await DecideAsync(host, item, ApprovalAction.Approve);

        await WhenReadAsync(2);
        _read.ShouldBe(["hello", "a question of law"]);
        (await host.ReadAsync("copies", 2)).Select(TextOf).ShouldBe(["hello", "a question of law"]);
        TextOf((await host.ReadAsync("legal.queries.pending_approval", 1)).Single()).ShouldBe("a question of law");
        CloudEvent approved = (await host.ReadAsync("notes.approved", 1)).Single();
        approved.Extensions["approvedby"].ShouldBe("maria");
        approved.Extensions["approvalstage"].ShouldBe("judge");
    }

    [Fact(Timeout = 60_000)]
    public async Task After_a_hard_stop_every_event_waits_for_a_person_until_it_is_lifted()
    {
        await using AgentTestHost host = await StartAsync();
        await SayAsync(host, "before");
        await WhenReadAsync(1);

        await InsertAsync(host, new Stage("stop", "approval"));
        await SayAsync(host, "first", "second");
        await host.ReadAsync("notes.pending_approval", 2);
        string[] meanwhile = [.. _read];
        ApprovalItem first = await PendingAsync(host, "notes", "first");
        ApprovalItem second = await PendingAsync(host, "notes", "second");
        await DecideAsync(host, second, ApprovalAction.Approve);
        await DecideAsync(host, first, ApprovalAction.Reject);
        await ChangeAsync(host, route => route.Remove("stop"));
        await SayAsync(host, "after");

        await WhenReadAsync(3);
        meanwhile.ShouldBe(["before"]);
        _read.ShouldBe(["before", "second", "after"], ignoreOrder: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_a_route_ends_where_what_is_approved_lies_each_event_comes_there_once()
    {
        await using AgentTestHost host = await StartAsync();
        await ChangeAsync(host, route => route with { Exit = route.Approved, Stages = [new Stage("stop", "approval")] });

        await SayAsync(host, "first", "second");
        await DecideAsync(host, await PendingAsync(host, "notes", "first"), ApprovalAction.Approve);
        await DecideAsync(host, await PendingAsync(host, "notes", "second"), ApprovalAction.Approve);
        await ChangeAsync(host, route => route.Remove("stop"));
        await SayAsync(host, "after");

        await WhenReadAsync(3);
        _read.ShouldBe(["first", "second", "after"], ignoreOrder: true);
        (await host.Broker.Topics.FindAsync("notes.approved", Timeout))!.Partitions.Sum(partition => partition.LatestOffset).ShouldBe(3);
        (await host.Broker.Groups.FindAsync("router.notes", Timeout))!.Offsets.ShouldAllBe(one => one.Partition.Topic != "notes.approved");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("approval", "mirror")]
    [InlineData("guard", "guard")]
    public async Task A_route_that_ends_so_has_no_stage_that_what_was_approved_would_pass_by(string before, string behind)
    {
        await using AgentTestHost host = await StartAsync();
        Stage[] stages = [StageOf("first", before), StageOf("second", behind), new Stage("stop", "approval")];

        RouteException refused = await Should.ThrowAsync<RouteException>(
            () => ChangeAsync(host, route => route with { Exit = route.Approved, Stages = stages }));

        refused.Code.ShouldBe("route-invalid");
        refused.Message.ShouldContain("What waits before 'second' and is approved would never come by it, for the route ends in 'notes.approved'");
        await ChangeAsync(host, route => route with { Exit = route.Approved, Stages = [Mirror("copy", "copies"), stages[0], stages[2]] });

        static Stage StageOf(string name, string kind) => kind switch
        {
            "guard" => Guard(name, new { guard = "judge" }),
            "mirror" => Mirror(name, "copies"),
            _ => new Stage(name, kind),
        };
    }

    [Fact(Timeout = 60_000)]
    public async Task Rules_say_which_events_are_to_be_approved()
    {
        await using AgentTestHost host = await StartAsync(ganglion => ganglion.AddApprovals(options =>
            options.Rules.Add(new ApprovalRule { Name = "discounts", Queue = "discount.queries", Mentions = ["discount"] })));
        await InsertAsync(host, Guard("rules", null, kind: "approval", settings: new { rules = true }));

        await SayAsync(host, "hello", "a discount, please", "bye");
        await WhenReadAsync(2);
        ApprovalItem item = await PendingAsync(host, "discount.queries");

        _read.ShouldBe(["hello", "bye"], ignoreOrder: true);
        item.Rule.ShouldBe("discounts");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_route_whose_stages_are_set_wrongly_is_refused_with_all_that_is_wrong()
    {
        await using AgentTestHost host = await StartAsync();

        RouteException exception = await Should.ThrowAsync<RouteException>(() => ChangeAsync(host, route => route
            .Insert(Guard("nobody", new { guard = "nobody" }))
            .Insert(Guard("odd", new { guardKind = "rules", settings = new { patterns = 7 } }))
            .Insert(Guard("ask", new { guard = "judge", queue = "legal team" }))
            .Insert(Guard("asks", new { guardKind = "rules", settings = new { maxLength = 1, action = "escalate", queue = new string('q', 101) } }))
            .Insert(Guard("split", null, kind: "split", settings: new { weights = new { } }))
            .Insert(Guard("mirror", null, kind: "mirror", settings: new { to = "no topic", share = 2 }))
            .Insert(new Stage("what", "unknown"))));

        exception.Code.ShouldBe("route-invalid");
        foreach (string part in new[] { "'nobody'", "'odd'", "'ask':queue is 'legal team'", "'asks':settings", "is 'qqq", "'split'", "'mirror':to", "'mirror':share", "'unknown'" })
        {
            exception.Message.ShouldContain(part);
        }
    }

    private async Task<AgentTestHost> StartAsync(Action<GanglionBuilder>? configure = null)
    {
        var host = new AgentTestHost();
        await host.RunAsync(
            ganglion =>
            {
                Guards(ganglion);
                configure?.Invoke(ganglion);
            },
            configuration: new()
            {
                // What cannot be judged is to be parked soon.
                ["Ganglion:Agents:router.notes:Retries"] = "1",
                ["Ganglion:Agents:router.notes:RetryDelay"] = "00:00:00.010",
            });
        return host;
    }

    private void Guards(GanglionBuilder ganglion) => ganglion
        .AddGuard("judge", JudgeAsync, timeout: TimeSpan.FromMilliseconds(50))
        .AddGuard("strict", (guarded, _) => TextOf(guarded.Event) switch
        {
            "my secret" => new(Verdict.Block("no secrets")),
            "nonsense for strict" => throw new InvalidOperationException(),
            _ => new(Verdict.Pass()),
        })
        .AddAgent("reader", agent => agent.On<CloudEvent>("notes", (note, _) => _read.Enqueue(TextOf(note))));

    private static async ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken)
    {
        string text = TextOf(guarded.Event);
        switch (text)
        {
            case "bad words":
                return Verdict.Block("rude", "Please be kind.", 0.9);
            case "worse words":
                return Verdict.Block("rude");
            case "my secret":
                return Verdict.Change(guarded.Event with { Data = "my ***"u8.ToArray() }, "1 × secret");
            case "a question of law":
                return Verdict.Escalate("law", "legal.queries", 0.8);
            case "a question to all":
                return Verdict.Escalate("law", "all of us");
            case "throw":
                throw new InvalidOperationException("I cannot.");
            case "hang":
                await Task.Delay(System.Threading.Timeout.Infinite, CancellationToken.None);
                return Verdict.Pass();
            case "nonsense":
                return Verdict.Change(guarded.Event with { Id = "another" }, "everything");
            default:
                return Verdict.Pass();
        }
    }

    private static Stage Guard(string name, object? guard, string kind = "guard", object? settings = null) =>
        new(name, kind) { Settings = JsonSerializer.SerializeToElement(guard ?? settings) };

    private static Stage Mirror(string name, string to) => Guard(name, new { to }, "mirror");

    private static ApprovalQueues ApprovalsOf(AgentTestHost host) => host.Host.Services.GetRequiredService<ApprovalQueues>();

    private static Task<ApprovalOutcome> DecideAsync(AgentTestHost host, ApprovalItem item, ApprovalAction action) => ApprovalsOf(host).ActAsync(
        new ApprovalCommand(item.Id, action) { By = "maria", Version = item.Version, Reason = "a test" }, Timeout).AsTask();

    private static async Task<ApprovalItem> PendingAsync(AgentTestHost host, string queue, string? text = null)
    {
        while (true)
        {
            ApprovalPage page = await ApprovalsOf(host).ListAsync(new ApprovalFilter { Queue = queue }, cancellationToken: Timeout);
            foreach (ApprovalItem item in page.Items)
            {
                if (text is null || TextOf((await ApprovalsOf(host).FindAsync(item.Id, Timeout))!.Event) == text)
                {
                    return item;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
        }
    }

    private static Task InsertAsync(AgentTestHost host, Stage stage) => ChangeAsync(host, route => route.Insert(stage));

    private static async Task ChangeAsync(AgentTestHost host, Func<Route, Route> change)
    {
        RouteTable table = host.Host.Services.GetRequiredService<RouteTable>();
        await table.ChangeAsync(change(await table.FindAsync("notes", Timeout)), cancellationToken: Timeout);
    }

    // Each has a key of its own, but for the sake of the order all lie in one partition.
    private static async Task SayAsync(AgentTestHost host, params string[] texts)
    {
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        foreach (string text in texts)
        {
            var said = new CloudEvent("notes", "/tests", TimeProvider.System) { DataContentType = "text/plain", Data = Encoding.UTF8.GetBytes(text) };
            await producer.AppendAsync(new ProducerRecord("notes", EventCodec.Encode(said, Encoding.UTF8.GetBytes(text)), 0), Timeout);
        }
    }

    private static string TextOf(CloudEvent @event) => Encoding.UTF8.GetString(@event.Data!.Value.Span);

    private static Dictionary<string, string> HeadersOf(Record record) => record.Headers
        .Where(header => header.Name.StartsWith("__", StringComparison.Ordinal)).ToDictionary(header => header.Name, header => Encoding.UTF8.GetString(header.Value!.Value.Span));

    private async Task WhenReadAsync(int count)
    {
        while (_read.Count < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
        }
    }
}
