using Confluent.Kafka.Admin;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Kafka.Connecting;
using Ganglion.Kafka.Requests;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Doctor;

/// <summary>Does what agents do, on a topic of its own: creates it, writes to it in a transaction, reads what is committed, and deletes it.</summary>
internal static class Probe
{
    private const string Check = "probe";
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PatienceWhenDeleting = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Finding>> RunAsync(KafkaBrokerOptions options, ClusterConnection connection, CancellationToken cancellationToken)
    {
        string topic = $"ganglion.doctor.{Guid.NewGuid():N}";
        var requests = new ClusterRequests(options);
        // The broker is to give records its own time, if it can.
        bool isTimed = true;
        Client.Error? refusal = await CreateAsync(topic, new() { ["message.timestamp.type"] = "LogAppendTime" }, requests, connection, cancellationToken).ConfigureAwait(false);
        if (refusal?.Code == Client.ErrorCode.InvalidConfig)
        {
            isTimed = false;
            refusal = await CreateAsync(topic, [], requests, connection, cancellationToken).ConfigureAwait(false);
        }

        if (refusal is not null)
        {
            return [Refused(refusal)];
        }

        List<Finding> findings = [];
        try
        {
            findings.AddRange(await WriteAndReadAsync(options, topic, isTimed, cancellationToken).ConfigureAwait(false));
        }
        catch (GanglionException exception)
        {
            findings.Add(Finding.Fault(Check, $"A topic was created, but not written to in a transaction, or read: {exception.Message}"));
        }
        finally
        {
            findings.AddRange(await DeleteAsync(topic, requests, connection).ConfigureAwait(false));
        }

        return findings;
    }

    // Also if the examination is given up.
    private static async Task<IReadOnlyList<Finding>> DeleteAsync(string topic, ClusterRequests requests, ClusterConnection connection)
    {
        using var patience = new CancellationTokenSource(PatienceWhenDeleting);
        try
        {
            await requests.ChangeAsync(
                timeout => connection.Client.DeleteTopicsAsync([topic], new DeleteTopicsOptions { RequestTimeout = timeout }),
                made: Client.ErrorCode.UnknownTopicOrPart,
                $"'{topic}'",
                patience.Token).ConfigureAwait(false);
            return [];
        }
        catch (Exception exception) when (exception is GanglionException or OperationCanceledException)
        {
            return [Finding.Warning(Check, $"The topic '{topic}' was not deleted: {exception.Message}", "Delete it.")];
        }
    }

    /// <returns>Why there is no topic.</returns>
    private static async Task<Client.Error?> CreateAsync(
        string topic, Dictionary<string, string> entries, ClusterRequests requests, ClusterConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            var specification = new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = -1, Configs = entries };
            await requests.ChangeAsync(
                timeout => connection.Client.CreateTopicsAsync([specification], new CreateTopicsOptions { RequestTimeout = timeout }),
                made: Client.ErrorCode.TopicAlreadyExists,
                $"'{topic}'",
                cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (GanglionException exception) when (exception.InnerException is Client.KafkaException cause)
        {
            return RequestError.Of(cause);
        }
    }

    private static Finding Refused(Client.Error error) =>
        error.Code is Client.ErrorCode.Local_UnsupportedFeature or Client.ErrorCode.UnsupportedVersion or Client.ErrorCode.Local_NotImplemented
            ? Finding.Unknown(Check, error.Reason)
            : Finding.Fault(Check, KafkaErrors.ToException(error, "a topic").Message);

    private static async Task<IReadOnlyList<Finding>> WriteAndReadAsync(KafkaBrokerOptions options, string topic, bool isTimed, CancellationToken cancellationToken)
    {
        KafkaBroker broker = KafkaBroker.Open(options);
        await using var ownBroker = broker.ConfigureAwait(false);
        var partition = new TopicPartition(topic, 0);
        while (await broker.Topics.FindAsync(topic, cancellationToken).ConfigureAwait(false) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
        }

        IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await using var ownProducer = producer.ConfigureAwait(false);
        DateTimeOffset before = options.TimeProvider.GetUtcNow();
        await producer.CommitAsync(
            new AtomicCommit { Records = [new ProducerRecord(topic, new Record(null, "probe"u8.ToArray()), 0)] }, cancellationToken).ConfigureAwait(false);
        DateTimeOffset after = options.TimeProvider.GetUtcNow();
        IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [partition] = OffsetPosition.Earliest } }, cancellationToken).ConfigureAwait(false);
        await using var ownReader = reader.ConfigureAwait(false);
        while (true)
        {
            ConsumedBatch batch = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (batch.Records.Count > 0)
            {
                return
                [
                    Finding.Ok(Check, "a topic was created, written to in a transaction, and read."),
                    isTimed ? Compare(batch.Records[0].Record.Timestamp, before, after) : Finding.Unknown("clock", "the cluster does not give records its own time."),
                ];
            }
        }
    }

    private static Finding Compare(DateTimeOffset there, DateTimeOffset before, DateTimeOffset after)
    {
        TimeSpan skew = there < before ? there - before : there > after ? there - after : TimeSpan.Zero;
        return skew.Duration() <= Tolerated
            ? Finding.Ok("clock", "the cluster's clock goes with this machine's.")
            : Finding.Warning(
                "clock",
                $"The cluster's clock is {skew.Duration().TotalSeconds:0} s {(skew < TimeSpan.Zero ? "behind" : "before")} this machine's: retention, timers and what is looked up by time are off by as much.",
                "Let both be set by NTP.");
    }
}
