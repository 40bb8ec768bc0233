using System.Text.Json;
using System.Text.Json.Nodes;
using Ganglion.Agents;
using Ganglion.Hosting;

namespace FaultProcess;

/// <summary>Imports the states of the archive's instances, over those that they have.</summary>
internal sealed class Imports(IAgentRuntime runtime)
{
    private const int Instances = 60;
    private static readonly AgentType Archive = new("archive");

    /// <summary>
    /// Imports a generation of the states, and counts what the instances remember then. A state consists of its generation over and over, in
    /// a whole value, in changes, or in both, and of how many tells the generation, too.
    /// </summary>
    public async Task RunAsync(int generation)
    {
        await runtime.ImportAgentStatesAsync(
            Archive, Enumerable.Range(0, Instances).Select(instance => StateOf(instance, generation)).ToAsyncEnumerable(), overwrite: true);
        for (int instance = 0; instance < Instances; instance++)
        {
            int count = await runtime.SendMessageAsync<int>("How many?", new AgentId(Archive, $"{instance}"), "count");
            if (count != generation + instance)
            {
                throw new InvalidOperationException($"Instance {instance} remembers {count} numbers instead of {generation + instance}.");
            }
        }
    }

    private static JsonElement StateOf(int instance, int generation)
    {
        int count = generation + instance;
        int changes = instance % 3 == 0 ? count : instance % 7 % (count + 1);
        var state = new JsonObject { ["key"] = $"{instance}" };
        if (changes < count)
        {
            state["contenttype"] = "application/json";
            state["data"] = new JsonObject { ["numbers"] = new JsonArray([.. Enumerable.Repeat(generation, count - changes).Select(number => JsonValue.Create(number))]) };
        }

        state["changes"] = new JsonArray([.. Enumerable.Repeat(generation, changes).Select(number => new JsonObject
        {
            ["name"] = "audited",
            ["contenttype"] = "application/json",
            ["data"] = new JsonObject { ["number"] = number },
        })]);
        return JsonSerializer.SerializeToElement(state);
    }
}
