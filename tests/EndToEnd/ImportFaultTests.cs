using System.Globalization;
using Ganglion.Agents;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;

namespace EndToEnd;

/// <summary>A real process dies in the midst of an import of states, and starts again.</summary>
public sealed class ImportFaultTests
{
    private static readonly string[] Faults =
        ["kill:state.imported@40", "kill:turn.collected@50", "kill:commit.sending@4", "kill:round.written@12"];

    [Fact]
    public async Task Killed_in_the_midst_of_an_import_each_instance_has_its_old_state_or_the_imported_one_and_a_new_import_completes_it()
    {
        using var folder = new TemporaryFolder();
        (await FaultyRun.RunAsync(folder, "", "1")).ShouldBe(0);
        int[] before = await GenerationsAsync(folder);
        before.ShouldAllBe(generation => generation == 1);

        for (int generation = 2; generation < Faults.Length + 2; generation++)
        {
            (await FaultyRun.RunAsync(folder, Faults[generation - 2], $"{generation}")).ShouldBe(FaultyRun.Killed);

            // What an import before had sent when it died lies in the inbox, and is imported first.
            int[] after = await GenerationsAsync(folder);
            after.Zip(before).ShouldAllBe(pair => pair.First >= pair.Second && pair.First <= generation);
            before = after;
        }

        (await FaultyRun.RunAsync(folder, "", "9")).ShouldBe(0);
        (await GenerationsAsync(folder)).ShouldAllBe(generation => generation == 9);
    }

    /// <summary>Of which generation the state of each instance is. It consists of that number, as often as tests/FaultProcess says.</summary>
    private static async Task<int[]> GenerationsAsync(TemporaryFolder folder)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Data);
        var generations = new SortedDictionary<int, int>();
        await foreach (AgentState state in new AgentStates(broker).ReadAllAsync(new AgentType("archive")))
        {
            int instance = int.Parse(state.Instance.Key, CultureInfo.InvariantCulture);
            List<int> numbers = state.Read<Book>().Numbers;
            numbers.ShouldAllBe(number => number == numbers[0], $"The state of instance {instance} is a mixture.");
            numbers.Count.ShouldBe(numbers[0] + instance, $"The state of instance {instance} is not whole.");
            generations.Add(instance, numbers[0]);
        }

        generations.Count.ShouldBe(60);
        return [.. generations.Values];
    }

    /// <summary>What an instance of the archive remembers.</summary>
    private sealed class Book : IApply<Entered>
    {
        public List<int> Numbers { get; init; } = [];

        public void Apply(Entered change) => Numbers.Add(change.Number);
    }

    [EventType("audited")]
    private sealed record Entered(int Number);
}
