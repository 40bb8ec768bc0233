using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Ganglion.Kafka.Tests.Listener;

/// <summary>A member of a group, with Confluent's client, that reads until it leaves or dies.</summary>
internal sealed class ClientMember : IDisposable
{
    private readonly IConsumer<string, string> _consumer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _reading;
    private volatile TopicPartition[] _owned = [];

    public ClientMember(
        string servers, string group, string topic, string? instanceId = null, GroupProtocol protocol = GroupProtocol.Classic, string? assignor = null)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = servers,
            GroupId = group,
            GroupInstanceId = instanceId,
            GroupProtocol = protocol,
            GroupRemoteAssignor = assignor,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            TopicMetadataRefreshIntervalMs = 300,
        };
        if (protocol == GroupProtocol.Classic)
        {
            // Otherwise the broker says.
            config.SessionTimeoutMs = 3000;
            config.HeartbeatIntervalMs = 300;
        }

        _consumer = new ConsumerBuilder<string, string>(config)
            .SetPartitionsAssignedHandler((_, partitions) => Change(owned => owned.Union(partitions)))
            .SetPartitionsRevokedHandler((_, partitions) => Change(owned => owned.Except(partitions.Select(partition => partition.TopicPartition))))
            .SetPartitionsLostHandler((_, partitions) => Change(owned => owned.Except(partitions.Select(partition => partition.TopicPartition))))
            .SetErrorHandler((_, error) => Errors.Enqueue(error))
            .Build();
        _consumer.Subscribe(topic);
        _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The numbers of the partitions that it has.</summary>
    public int[] Owned => [.. _owned.Select(partition => partition.Partition.Value)];

    /// <summary>The topics of the partitions that it has.</summary>
    public string[] Topics => [.. _owned.Select(partition => partition.Topic).Distinct()];

    /// <summary>What its client complains about.</summary>
    public ConcurrentQueue<Error> Errors { get; } = new();

    /// <summary>What it has read.</summary>
    public ConcurrentQueue<string> Values { get; } = new();

    /// <summary>Commits how far it has come, and leaves.</summary>
    public async Task LeaveAsync()
    {
        await StopAsync();
        try
        {
            _consumer.Commit();
        }
        catch (Confluent.Kafka.KafkaException exception) when (exception.Error.Code == ErrorCode.Local_NoOffset)
        {
            // It has read nothing since it was last given partitions.
        }

        _consumer.Close();
        _consumer.Dispose();
    }

    /// <summary>Commits how far it has come.</summary>
    public void Commit() => _consumer.Commit();

    /// <summary>Goes without a word.</summary>
    public async Task DieAsync()
    {
        await StopAsync();
        _consumer.Dispose();
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _reading.ContinueWith(_ => _consumer.Dispose(), TaskScheduler.Default).Wait();
        _stopping.Dispose();
    }

    private async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _reading;
    }

    private void Change(Func<IEnumerable<TopicPartition>, IEnumerable<TopicPartition>> change) =>
        _owned = [.. change(_owned).OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition.Value)];

    private void Read()
    {
        try
        {
            while (true)
            {
                Values.Enqueue(_consumer.Consume(_stopping.Token).Message.Value);
            }
        }
        catch (OperationCanceledException)
        {
            // It leaves, or dies.
        }
    }
}
