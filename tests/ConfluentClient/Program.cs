using System.Text.Json;
using System.Text.Json.Nodes;
using ConfluentClient;
using Ganglion.Kafka.Native;

// ConfluentClient SERVERS: what Confluent.Kafka does. Each line of the input is a step, in JSON, and answered by a line.
NativeClient.Load();
using var steps = new Steps(args[0]);
while (Console.ReadLine() is { } line)
{
    JsonNode answer;
    try
    {
        answer = new JsonObject { ["answer"] = await steps.DoAsync(JsonElement.Parse(line)) };
    }
    catch (Exception fault)
    {
        answer = new JsonObject { ["error"] = $"{fault.GetType().Name}: {fault.Message}" };
    }

    Console.WriteLine(answer.ToJsonString());
}
