using System.Text.Json;
using Confluent.Kafka;

namespace ConfluentClient;

/// <summary>A member of a group, whose partitions come and go one by one (KIP-429). It tells what it owns and what it reads, and leaves when the input ends.</summary>
internal static class Member
{
    public static void Run(string servers, string group, string topic, bool isModern)
    {
        var owned = new SortedSet<int>();
        using IConsumer<Null, string> consumer = new ConsumerBuilder<Null, string>(Config(servers, group, isModern))
            .SetPartitionsAssignedHandler((_, partitions) => TellOwned(() => owned.UnionWith(Numbers(partitions))))
            .SetPartitionsRevokedHandler((_, partitions) => TellOwned(() => owned.ExceptWith(Numbers(partitions.Select(offset => offset.TopicPartition)))))
            .Build();
        consumer.Subscribe(topic);
        Task left = Task.Run(Console.In.ReadToEnd);
        while (!left.IsCompleted)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is { } result)
            {
                Tell(new { read = result.Message.Value });
            }
        }

        consumer.Close();

        void TellOwned(Action change)
        {
            change();
            Tell(new { owned });
        }
    }

    private static ConsumerConfig Config(string servers, string group, bool isModern)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = servers,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            GroupProtocol = isModern ? GroupProtocol.Consumer : GroupProtocol.Classic,
        };
        if (!isModern)
        {
            // Otherwise the broker says.
            config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
            config.SessionTimeoutMs = 3_000;
            config.HeartbeatIntervalMs = 300;
        }

        return config;
    }

    private static IEnumerable<int> Numbers(IEnumerable<TopicPartition> partitions) => partitions.Select(partition => partition.Partition.Value);

    private static void Tell(object said) => Console.WriteLine(JsonSerializer.Serialize(said));
}
