using System.Globalization;
using Ganglion.Brokers;
using Ganglion.Budgets;
using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Oversight;

/// <summary>Reads for one rule which alerts of its budget have come, beginning with the first look.</summary>
/// <param name="rule">The rule.</param>
/// <param name="broker">Where alerts lie.</param>
/// <param name="data">Reads their data.</param>
internal sealed class StopRuleAlerts(StopRule rule, IEventBroker broker, EventDataSerializer data)
{
    private readonly Dictionary<TopicPartition, long> _next = [];
    private bool _hasLooked;
    private string? _reason;

    /// <summary>Reads what has come since the last look.</summary>
    /// <returns>Why to stop, until it is forgotten; <see langword="null"/>: there is no reason.</returns>
    public async ValueTask<string?> LookAsync(CancellationToken cancellationToken)
    {
        TopicDescription? topic = await broker.Topics.FindAsync(BudgetAlert.Channel, cancellationToken).ConfigureAwait(false);
        foreach (PartitionDescription one in topic?.Partitions ?? [])
        {
            var partition = new TopicPartition(BudgetAlert.Channel, one.Partition);
            long next = _next.TryGetValue(partition, out long known) && known <= one.LatestOffset ? known : _hasLooked ? one.EarliestOffset : one.LatestOffset;
            if (next < one.LatestOffset)
            {
                await ReadAsync(partition, next, one.LatestOffset, cancellationToken).ConfigureAwait(false);
            }

            _next[partition] = one.LatestOffset;
        }

        _hasLooked = true;
        return _reason;
    }

    /// <summary>What has come so far counts no longer.</summary>
    public void Forget() => _reason = null;

    private async Task ReadAsync(TopicPartition partition, long from, long to, CancellationToken cancellationToken)
    {
        var log = new PartitionReader(broker, partition);
        await using var own = log.ConfigureAwait(false);
        await foreach (ConsumedRecord record in log.ReadRangeAsync(from, to, cancellationToken).ConfigureAwait(false))
        {
            if (Read(record, partition) is { } alert && alert.Budget == rule.Budget && alert.Share >= rule.Share)
            {
                _reason = string.Create(CultureInfo.InvariantCulture, $"{alert.Share:P0} of the limit {alert.Limit} of the budget '{alert.Budget}' is spent");
            }
        }
    }

    // Anybody can write to the topic: what is no alert stops nothing.
    private BudgetAlert? Read(in ConsumedRecord record, TopicPartition partition)
    {
        try
        {
            return data.Read<BudgetAlert>(EventCodec.Decode(record.Record, partition.Topic, partition.Partition, record.Offset), BudgetAlert.Channel);
        }
        catch (GanglionException)
        {
            return null;
        }
    }
}
