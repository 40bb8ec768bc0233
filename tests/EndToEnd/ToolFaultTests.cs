using System.Text.Json;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;
using Ganglion.Tools;

namespace EndToEnd;

/// <summary>A real process dies between calls of tools, and in the midst of them, and goes on with the next.</summary>
public sealed class ToolFaultTests
{
    [Fact]
    public async Task Killed_behind_each_call_that_is_recorded_none_is_repeated_and_each_is_told_once()
    {
        using var folder = new TemporaryFolder();
        int kills = 0;
        while (await FaultyRun.RunAsync(folder, "kill:effect.recorded", "tools") == FaultyRun.Killed)
        {
            kills++;
        }

        // Two that run at once may be recorded together, and one of them interrupted by the other's kill: then it is done again, with its key.
        kills.ShouldBeInRange(5, 6, "one for each call, and one for the call that needs approval, before it is asked for");
        string[][] done = await ReadEffectsAsync(folder);
        done.Where(call => call[1] is "3" or "4" or "5").Select(call => $"{call[0]} {call[1]}").ShouldBe(["look 3", "pay 4", "look 5"]);
        done.Distinct(new SameCall()).Count().ShouldBe(5);
        await ShouldBeToldOnceAsync(folder);
    }

    [Fact]
    public async Task Killed_before_a_call_is_recorded_it_alone_is_done_again_with_the_same_key()
    {
        using var folder = new TemporaryFolder();
        (await FaultyRun.RunAsync(folder, "kill:effect.done@3", "tools")).ShouldBeOneOf(FaultyRun.Killed, 0);
        string[][] before = await ReadEffectsAsync(folder);

        (await FaultyRun.RunAsync(folder, "", "tools")).ShouldBe(0);

        string[][] after = await ReadEffectsAsync(folder);
        after.Length.ShouldBeInRange(5, 6);
        after.Distinct(new SameCall()).Count().ShouldBe(5);
        after[..before.Length].Select(call => call[2]).ShouldBe(before.Select(call => call[2]));
        await ShouldBeToldOnceAsync(folder);
    }

    private static async Task<string[][]> ReadEffectsAsync(TemporaryFolder folder) =>
        [.. (await File.ReadAllLinesAsync(folder.File("effects"))).Select(line => line.Split(' '))];

    private static async Task ShouldBeToldOnceAsync(TemporaryFolder folder)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Data);
        List<JsonElement> told = await ReadAsync(broker, ToolCallEntry.Channel);
        told.Select(entry => $"{entry.GetProperty("tool")} {entry.GetProperty("call_id")} {entry.GetProperty("status")}").ShouldBe(
            ["look call-1 Done", "look call-2 Done", "look call-3 Done", "pay call-4 Done", "look call-5 Done"], ignoreOrder: true);
        told.Single(entry => entry.GetProperty("tool").GetString() == "pay").GetProperty("decided_by").GetString().ShouldBe("maria");
        (await ReadAsync(broker, "tools.answers")).ShouldHaveSingleItem().GetArrayLength().ShouldBe(5);
    }

    private static async Task<List<JsonElement>> ReadAsync(EmbeddedBroker broker, string topic) =>
        await broker.ReadPlacedAsync((await broker.Topics.FindAsync(topic))!)
            .Select(one => JsonElement.Parse(EventCodec.Decode(one.Record, topic, one.Partition, one.Offset).Data!.Value.Span)).ToListAsync();

    private sealed class SameCall : IEqualityComparer<string[]>
    {
        public bool Equals(string[]? x, string[]? y) => x!.SequenceEqual(y!);

        public int GetHashCode(string[] call) => string.Join(' ', call).GetHashCode(StringComparison.Ordinal);
    }
}
