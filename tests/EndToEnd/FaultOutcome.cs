using System.Text;
using System.Text.Json.Nodes;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Routes;

namespace EndToEnd;

/// <summary>What tests/FaultProcess must have left behind, however often it died.</summary>
internal sealed class FaultOutcome
{
    private static readonly int[] Numbers = [.. Enumerable.Range(1, 20)];

    private readonly Dictionary<string, List<Record>> _topics = [];

    public static async Task CheckAsync(TemporaryFolder folder)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Data);
        var outcome = new FaultOutcome();
        foreach (TopicDescription topic in await broker.Topics.ListAsync())
        {
            outcome._topics.Add(topic.Name, await broker.ReadAllAsync(topic).ToListAsync());
        }

        outcome.CheckEvents();
        outcome.CheckEffects(await File.ReadAllLinesAsync(folder.File("effects")));
        outcome.CheckState("ledger", Numbers.GroupBy(number => $"account-{number % 4}"));
        await CheckChangesAsync(new AgentStates(broker), "auditor", Numbers.GroupBy(number => $"region-{number % 3}"));
        outcome.CheckState("notary", Numbers.GroupBy(number => $"region-{number % 3}"));
        outcome.CheckNothingWaits();
        outcome._topics.ShouldNotContainKey("ballast");
        await outcome.CheckRoutesAsync(broker);
    }

    private void CheckEvents()
    {
        JsonNode[] done = Events("transfer.done");
        done.Select(transfer => (int)transfer["number"]!).ShouldBe(Numbers, ignoreOrder: true, "Each transfer is done once.");
        CheckCounts(done, "account", "count");
        CheckCounts(done, "region", "seal");

        foreach (string topic in new[] { "approval.asked", "approval.given" })
        {
            Events(topic).Select(one => (int)one["number"]!).ShouldBe(Numbers, ignoreOrder: true, "Each question is asked once and answered once.");
        }

        JsonNode[] closed = Events("audit.closed");
        closed.Select(audit => (int)audit["number"]!).ShouldBe(Numbers, ignoreOrder: true, "Each transfer is audited once.");
        CheckCounts(closed, "region", "count");

        Events("transfer.requested.dlq").Select(transfer => (int)transfer["number"]!).ShouldBe([0], ignoreOrder: false, "What cannot be handled is parked once.");
    }

    // Each step has seen the state of the one before.
    private static void CheckCounts(JsonNode[] events, string by, string count)
    {
        foreach (IGrouping<string, JsonNode> instance in events.GroupBy(one => $"{one[by]}"))
        {
            instance.Select(one => (int)one[count]!).ShouldBe(Enumerable.Range(1, instance.Count()), ignoreOrder: true, instance.Key);
        }
    }

    private void CheckEffects(string[] lines)
    {
        IEnumerable<string> wanted =
            from transfer in Events("transfer.done")
            from effect in new[] { "debit", "credit" }
            select $"{effect} {transfer["number"]} {transfer[effect]}";

        lines.Distinct().Order().ShouldBe(wanted.Order(), "Each effect is done, and always with the key that its handler knows.");
    }

    private void CheckState(string agent, IEnumerable<IGrouping<string, int>> instances)
    {
        IEnumerable<string> actual = Newest($"{agent}.state").Select(state => $"{state.Key} {Json(state.Value)["count"]} {Json(state.Value)["sum"]}");

        actual.Order().ShouldBe(instances.Select(instance => $"{instance.Key} {instance.Count()} {instance.Sum()}").Order(), agent);
    }

    private static async Task CheckChangesAsync(AgentStates states, string agent, IEnumerable<IGrouping<string, int>> instances)
    {
        foreach (IGrouping<string, int> instance in instances)
        {
            List<AgentStateChange> history = await states.ReadHistoryAsync(new AgentId(new AgentType(agent), instance.Key)).ToListAsync();
            AgentStateChange[] changes = [.. history.Where(change => change.Kind == AgentStateChangeKind.Changed)];

            changes.Select(change => change.Version).ShouldBe(Enumerable.Range(1, instance.Count()).Select(number => (long)number), instance.Key);
            int[] numbers = [.. changes.Select(change => (int)JsonNode.Parse(change.Event.Data!.Value.Span)!["number"]!)];
            numbers.ShouldBe(instance, ignoreOrder: true, instance.Key);
            JsonNode[] snapshots = [.. history.Where(change => change.Kind == AgentStateChangeKind.Snapshot).Select(change => JsonNode.Parse(change.Event.Data!.Value.Span)!)];
            snapshots.ShouldNotBeEmpty(instance.Key);
            snapshots.ShouldAllBe(snapshot => numbers.Take(snapshot["numbers"]!.AsArray().Count).SequenceEqual(snapshot["numbers"]!.AsArray().Select(number => (int)number!)));
        }
    }

    // Whoever died while he changed a route, what lies behind the change has gone the new way, and nothing else has.
    private async Task CheckRoutesAsync(EmbeddedBroker broker)
    {
        await using var table = new RouteTable(broker, TimeProvider.System);
        IReadOnlyList<RouteChange> changes = await table.ListChangesAsync("transfer.requested");
        changes.Select(change => string.Join(' ', change.Route.Stages.Select(stage => stage.Name))).ShouldBe(["first lanes", "second first lanes", "second"]);
        TopicDescription entry = (await broker.Topics.FindAsync("transfer.requested"))!;
        List<(int Partition, long Offset, Record Record)> published = await broker.ReadPlacedAsync(entry).ToListAsync();

        // What was published once more, or came before the route, is not routed again.
        (int Partition, long Offset, string Id)[] routed =
        [
            .. published.Where(one => one.Record.Key is not null).Select(one => (one.Partition, one.Offset, Id: IdOf(one.Record)))
                .DistinctBy(one => one.Id).Where(one => one.Offset > changes[0].Offsets![one.Partition]),
        ];
        routed.Select(one => one.Id).ShouldBeSubsetOf(Numbers.Append(0).Select(number => $"{number}"));
        Numbers[10..].Select(number => $"{number}").ShouldBeSubsetOf(routed.Select(one => one.Id));
        CheckMirror("mirror.first", routed.Where(one => one.Offset < changes[2].Offsets![one.Partition]).Select(one => one.Id));
        CheckMirror("mirror.second", routed.Where(one => one.Offset > changes[1].Offsets![one.Partition]).Select(one => one.Id));
    }

    private void CheckMirror(string mirror, IEnumerable<string> expected)
    {
        IEnumerable<string> mirrored = _topics.TryGetValue(mirror, out List<Record>? records) ? records.Select(IdOf) : [];
        mirrored.ShouldBe(expected, ignoreOrder: true, mirror);
    }

    private static string IdOf(Record record) => record.Headers.TryGet("ce_id"u8, out ReadOnlyMemory<byte> id) ? Encoding.UTF8.GetString(id.Span) : "";

    private void CheckNothingWaits()
    {
        foreach (string topic in _topics.Keys.Where(topic => topic.Split('.')[^1] is "journal" or "timers"))
        {
            Newest(topic).Keys.ShouldBeEmpty(topic);
        }
    }

    private JsonNode[] Events(string topic) => [.. _topics[topic].Select(Json)];

    /// <summary>What a compacted topic says of each key.</summary>
    private Dictionary<string, Record> Newest(string topic) => _topics[topic]
        .GroupBy(record => Encoding.UTF8.GetString(record.Key!.Value.Span))
        .Where(records => records.Last().Value is not null)
        .ToDictionary(records => records.Key, records => records.Last());

    private static JsonNode Json(Record record) => JsonNode.Parse(record.Value!.Value.Span)!;
}
