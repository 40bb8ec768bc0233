using System.Text.Json;
using System.Text.Json.Nodes;
using Ganglion.Kafka.Tests.Foreign;

namespace ConfluentClient;

/// <summary>The steps, and what each is told.</summary>
internal sealed class Steps(string servers) : IDisposable
{
    private readonly RecordSteps _records = new(servers);
    private readonly AdminSteps _admin = new(servers);

    public async Task<JsonNode?> DoAsync(JsonElement step)
    {
        switch (Text("step"))
        {
            case "produce":
                return Json(await _records.ProduceAsync(Text("topic"), Records(step), OptionalText("compression"), step.GetProperty("idempotent").GetBoolean()));
            case "transact":
                await _records.TransactAsync(
                    Text("topic"),
                    Text("id"),
                    step.GetProperty("parts").EnumerateArray().Select(part => (Records(part), part.GetProperty("commits").GetBoolean())));
                return null;
            case "read":
                bool? isCommitted = step.GetProperty("committed") is { ValueKind: not JsonValueKind.Null } committed ? committed.GetBoolean() : null;
                return Json(_records.Read(Text("topic"), Number("count"), OptionalText("group"), isCommitted));
            case "seek":
                return Json(_records.Seek(Text("topic"), Number("count"), Number("offset")));
            case "find":
                return new JsonObject { ["0"] = _records.Find(Text("topic"), step.GetProperty("timestamp").GetInt64()) };
            case "join":
                Member.Run(servers, Text("group"), Text("topic"), isModern: step.TryGetProperty("protocol", out JsonElement protocol) && protocol.GetString() == "consumer");
                return null;
            case "create_topic":
                await _admin.CreateTopicAsync(Text("topic"), Number("partitions"), step.GetProperty("config").Deserialize<Dictionary<string, string>>()!);
                return null;
            case "describe_topic":
                return Json(_admin.DescribeTopic(Text("topic")));
            case "list_topics":
                return Json(_admin.ListTopics());
            case "describe_config":
                return Json(await _admin.DescribeConfigAsync(Text("topic")));
            case "delete_topic":
                await _admin.DeleteTopicAsync(Text("topic"));
                return null;
            case "list_groups":
                return Json(await _admin.ListGroupsAsync());
            case "describe_group":
                return Json(await _admin.DescribeGroupAsync(Text("group")));
            case "delete_group":
                await _admin.DeleteGroupAsync(Text("group"));
                return null;
            case var other:
                throw new ArgumentException($"There is no step '{other}'.", nameof(step));
        }

        string Text(string name) => OptionalText(name)!;
        string? OptionalText(string name) => step.GetProperty(name).GetString();
        int Number(string name) => step.GetProperty(name).GetInt32();
    }

    public void Dispose()
    {
        _records.Dispose();
        _admin.Dispose();
    }

    private static List<ForeignRecord> Records(JsonElement holder) => holder.GetProperty("records").Deserialize<List<ForeignRecord>>()!;

    private static JsonNode? Json<T>(T value) => JsonSerializer.SerializeToNode(value);
}
