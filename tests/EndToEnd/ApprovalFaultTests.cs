using System.Text.Json;
using Ganglion.Approvals;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;

namespace EndToEnd;

/// <summary>A real process dies around decisions, and starts again with somebody else who decides.</summary>
public sealed class ApprovalFaultTests
{
    private const int Count = 24;

    private static readonly string[] Faults =
        ["kill:turn.collected@3", "kill:commit.sending@3", "kill:commit.acknowledged@3", "kill:commit.confirmed@3"];

    [Fact]
    public async Task Killed_again_and_again_around_decisions_each_counts_once_and_none_that_was_acknowledged_is_lost()
    {
        using var folder = new TemporaryFolder();
        (await FaultyRun.RunAsync(folder, "", "ask")).ShouldBe(0);
        foreach (string fault in Faults)
        {
            (await FaultyRun.RunAsync(folder, fault, "decide", fault.Split(':', '@')[1])).ShouldBe(FaultyRun.Killed);
        }

        (await FaultyRun.RunAsync(folder, "", "decide", "last")).ShouldBe(0);

        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Data);
        (string Id, string By, string Kind)[] decided =
        [
            .. from told in await ReadAsync(broker, ApprovalQueues.Topic)
               where told.Type is "approval.approved" or "approval.rejected"
               select (told.Subject!, JsonDocument.Parse(told.Data!.Value).RootElement.GetProperty("by").GetString()!, told.Type),
        ];
        decided.Select(one => one.Id).ShouldBe(Enumerable.Range(0, Count).Select(number => $"payment-{number}"), ignoreOrder: true, "Each is decided once.");
        decided.Select(one => one.By).Distinct().Count().ShouldBeGreaterThan(3, "Several have decided before they died.");

        // By whom, and which: as it is noted by whoever was told so.
        string[] noted = await File.ReadAllLinesAsync(folder.File("effects"));
        noted.Select(line => line.Split(' ')).Select(words => (words[1], words[0])).ShouldBeSubsetOf(decided.Select(one => (one.Id["payment-".Length..], one.By)));
        noted.Length.ShouldBeInRange(Count - Faults.Length, Count);

        List<CloudEvent> approved = await ReadAsync(broker, "payments.approved");
        approved.Select(one => (one.Id, $"{one.Extensions["approvedby"]}"))
            .ShouldBe(decided.Where(one => one.Kind == "approval.approved").Select(one => (one.Id, one.By)), ignoreOrder: true, "What follows happens once.");
        approved.Select(one => JsonDocument.Parse(one.Data!.Value).RootElement.GetProperty("amount").GetInt32())
            .ShouldBe(Enumerable.Range(0, Count).Where(number => number % 3 != 1).Select(number => number % 3 == 2 ? -number : number), ignoreOrder: true);
        (await ReadAsync(broker, "payments.refused")).Select(one => one.Id)
            .ShouldBe(decided.Where(one => one.Kind == "approval.rejected").Select(one => $"{one.Id}/refused"), ignoreOrder: true);
    }

    private static async Task<List<CloudEvent>> ReadAsync(EmbeddedBroker broker, string topic) =>
        await broker.ReadPlacedAsync((await broker.Topics.FindAsync(topic))!)
            .Select(one => EventCodec.Decode(one.Record, topic, one.Partition, one.Offset)).ToListAsync();
}
