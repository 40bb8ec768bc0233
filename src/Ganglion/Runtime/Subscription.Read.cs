using Ganglion.Brokers;
using Ganglion.Runtime.Inputs;
using Microsoft.Extensions.Logging;

namespace Ganglion.Runtime;

// The reading loop.
internal sealed partial class Subscription
{
    private async Task ReadAsync()
    {
        while (!_stopReading.IsCancellationRequested)
        {
            using var woken = CancellationTokenSource.CreateLinkedTokenSource(_stopReading.Token, parts.Coming.Ready);
            try
            {
                await ReadAsync(woken.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (woken.IsCancellationRequested && !_stopReading.IsCancellationRequested)
            {
                await TakeOverAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                Take(await parts.Consumer.ReadAsync(cancellationToken).ConfigureAwait(false));
            }
            catch (CorruptLogException exception)
            {
                LogDamage(exception);
            }
        }
    }

    private void Take(ConsumedBatch batch)
    {
        if (parts.Owned.Inputs.TryGetValue(batch.Partition, out InputPartition? input))
        {
            input.Put(batch);
            parts.Intake.Pump(input);
            input.PauseWhileWaiting();
        }
    }

    [LoggerMessage(120, LogLevel.Error, "Records of the log are damaged and are skipped.")]
    private partial void LogDamage(Exception exception);
}
