using Ganglion.Brokers;
using Ganglion.Brokers.Embedded.Storage;

namespace Ganglion.Tests.Brokers.Embedded.Storage;

public sealed class MemoryLogTests
{
    private const long Now = 1_800_000_000_000;

    private static readonly TopicSettings Hour = new() { Cleanup = CleanupPolicy.Delete, Retention = TimeSpan.FromHours(1), RetentionBytes = -1 };

    [Fact]
    public async Task A_record_that_comes_while_all_others_expire_is_not_lost()
    {
        var log = new MemoryLog();
        using var enough = new CancellationTokenSource();
        var appending = Task.Run(() => AppendUntil(log, enough.Token), TestContext.Current.CancellationToken);

        // As soon as a cleaning has taken away all there is, something comes. What is left lies at or behind the start.
        var left = new List<StoredBatch>();
        for (int i = 0; i < 20_000; i++)
        {
            SpinWait.SpinUntil(() => log.Bytes > 0);
            await log.CleanAsync(Hour, Now, TestContext.Current.CancellationToken);
            left.Clear();
            await log.ReadAsync(0, 1, left, TestContext.Current.CancellationToken);
            left.Exists(batch => batch.BaseOffset < log.StartOffset).ShouldBeFalse();
        }

        await enough.CancelAsync();
        await appending;
    }

    [Fact]
    public async Task Reading_before_the_start_begins_with_what_there_is()
    {
        var log = new MemoryLog();
        log.Append(Batch(0, timestamp: 0));
        log.Append(Batch(1, timestamp: Now));
        await log.CleanAsync(Hour, Now, TestContext.Current.CancellationToken);

        var batches = new List<StoredBatch>();
        await log.ReadAsync(0, 1000, batches, TestContext.Current.CancellationToken);

        log.StartOffset.ShouldBe(1);
        batches.ShouldHaveSingleItem().BaseOffset.ShouldBe(1);
    }

    private static void AppendUntil(MemoryLog log, CancellationToken enough)
    {
        long offset = 0;
        while (!enough.IsCancellationRequested)
        {
            if (log.Bytes == 0)
            {
                log.Append(Batch(offset++, timestamp: 0));
            }
        }
    }

    private static StoredBatch Batch(long offset, long timestamp) => new(offset, offset, timestamp, new byte[10]);
}
