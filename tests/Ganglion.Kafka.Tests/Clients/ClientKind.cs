namespace Ganglion.Kafka.Tests.Clients;

/// <summary>A client that nobody here has written.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Open">Opens it, told the addresses of a cluster.</param>
/// <param name="Lacks">What it cannot do. The tests ask it to all the same: as soon as it can, they fail.</param>
public sealed record ClientKind(string Name, Func<string, KafkaClient> Open, params Ability[] Lacks)
{
    // It reads, writes and shows topics, and administers nothing.
    public static readonly ClientKind Kcat = new(
        "kcat",
        servers => new KcatClient(servers),
        Ability.CreatingTopics,
        Ability.DescribingConfigs,
        Ability.DeletingTopics,
        Ability.DescribingGroups,
        Ability.DeletingGroups);

    // 2.0; newer ones have all three.
    public static readonly ClientKind KafkaPython = new(
        "kafka-python",
        servers => new ScriptClient("Clients/kafka_python.py", servers),
        Ability.Idempotence,
        Ability.Transactions,
        Ability.ReadingCommitted);

    // 1.7; since 2.0 it deletes groups.
    public static readonly ClientKind ConfluentPython = new(
        "confluent-kafka", servers => new ScriptClient("Clients/confluent.py", servers), Ability.DeletingGroups);

    public static readonly ClientKind KafkaJs = new("kafkajs", servers => new ScriptClient("Clients/kafkajs.mjs", servers));

    public static readonly ClientKind Platformatic = new("@platformatic/kafka", servers => new ScriptClient("Clients/platformatic.mjs", servers));

    public static readonly ClientKind Confluent = new(
        "Confluent.Kafka", servers => new ScriptClient(TestProgram.Find("ConfluentClient"), servers));

    public static readonly IReadOnlyList<ClientKind> All = [Kcat, KafkaPython, ConfluentPython, Confluent, KafkaJs, Platformatic];
}
