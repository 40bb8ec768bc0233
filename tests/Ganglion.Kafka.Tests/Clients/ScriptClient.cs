using System.Text.Json;
using Ganglion.Kafka.Tests.Foreign;

namespace Ganglion.Kafka.Tests.Clients;

/// <summary>A library of Python's, Node's or .NET's, used by a script or a program: a step a line, each answered by a line.</summary>
/// <param name="script">The script, from the folder of the tests.</param>
/// <param name="servers">The addresses of the cluster.</param>
public sealed class ScriptClient(string script, string servers) : KafkaClient(servers)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly SemaphoreSlim _turn = new(1);
    private ForeignProgram? _program;

    public override async Task<IReadOnlyList<(int Partition, long Offset)>> ProduceAsync(
        string topic, IReadOnlyList<ForeignRecord> records, string? compression = null, bool isIdempotent = false)
    {
        JsonElement places = await AskAsync(new { step = "produce", topic, records, compression, idempotent = isIdempotent });
        return places.ValueKind == JsonValueKind.Null ? [] : [.. places.EnumerateArray().Select(place => (place[0].GetInt32(), place[1].GetInt64()))];
    }

    public override Task TransactAsync(string topic, string transactionalId, params IReadOnlyList<ClientTransaction> transactions) =>
        AskAsync(new { step = "transact", topic, id = transactionalId, parts = transactions });

    public override async Task<List<ForeignRecord>> ReadAsync(string topic, int count, string? group = null, bool? isCommitted = null) =>
        (await AskAsync(new { step = "read", topic, count, group, committed = isCommitted })).Deserialize<List<ForeignRecord>>()!;

    public override async Task<List<long>> SeekAsync(string topic, int count, long offset) =>
        (await AskAsync(new { step = "seek", topic, count, offset })).Deserialize<List<long>>()!;

    public override async Task<long> FindAsync(string topic, long timestamp) =>
        (await AskAsync(new { step = "find", topic, timestamp })).GetProperty("0").GetInt64();

    public override GroupMember StartMember(string group, string topic) => new ScriptMember(Start(), new { step = "join", group, topic });

    /// <summary>Starts a process that can join a group that follows KIP-848.</summary>
    public GroupMember StartModernMember(string group, string topic) => new ScriptMember(Start(), new { step = "join", group, topic, protocol = "consumer" });

    public override Task CreateTopicAsync(string topic, int partitions, IReadOnlyDictionary<string, string> config) =>
        AskAsync(new { step = "create_topic", topic, partitions, config });

    public override async Task<List<ShownPartition>> DescribeTopicAsync(string topic) =>
        (await AskAsync(new { step = "describe_topic", topic })).Deserialize<List<ShownPartition>>(Web)!;

    public override async Task<List<string>> ListTopicsAsync() => (await AskAsync(new { step = "list_topics" })).Deserialize<List<string>>()!;

    public override async Task<Dictionary<string, string>> DescribeConfigAsync(string topic) =>
        (await AskAsync(new { step = "describe_config", topic })).Deserialize<Dictionary<string, string>>()!;

    public override Task DeleteTopicAsync(string topic) => AskAsync(new { step = "delete_topic", topic });

    public override async Task<List<string>> ListGroupsAsync() => (await AskAsync(new { step = "list_groups" })).Deserialize<List<string>>()!;

    public override async Task<ShownGroup> DescribeGroupAsync(string group) =>
        (await AskAsync(new { step = "describe_group", group })).Deserialize<ShownGroup>(Web)!;

    public override Task DeleteGroupAsync(string group) => AskAsync(new { step = "delete_group", group });

    public override async ValueTask DisposeAsync()
    {
        if (_program is { } program)
        {
            await program.DisposeAsync();
        }

        _turn.Dispose();
    }

    private ForeignProgram Start() => ForeignProgram.StartScript(script, Servers);

    private async Task<JsonElement> AskAsync(object step)
    {
        await _turn.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            ForeignProgram program = _program ?? Start();
            _program = null; // Whatever happens before it has answered: who asks next starts another.
            JsonElement said;
            try
            {
                await program.WriteLineAsync(JsonSerializer.Serialize(step));
                said = JsonElement.Parse(await program.ReadLineAsync());
            }
            catch
            {
                await program.DisposeAsync();
                throw;
            }

            _program = program;
            return said.TryGetProperty("answer", out JsonElement answer)
                ? answer
                : throw (said.TryGetProperty("lacks", out JsonElement what)
                    ? new LackingException(what.GetString()!)
                    : new InvalidOperationException($"{script}: {said.GetProperty("error").GetString()}"));
        }
        finally
        {
            _turn.Release();
        }
    }
}
