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
            try
            {
                Take(await parts.Consumer.ReadAsync(_stopReading.Token).ConfigureAwait(false));
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
