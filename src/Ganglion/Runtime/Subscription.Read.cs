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
                Take(await _consumer.ReadAsync(_stopReading.Token).ConfigureAwait(false));
            }
            catch (CorruptLogException exception)
            {
                LogDamage(exception);
            }
        }
    }

    private void Take(ConsumedBatch batch)
    {
        if (_inputs.TryGetValue(batch.Partition, out InputPartition? input))
        {
            input.Put(batch);
            _intake.Pump(input);
            input.PauseWhileWaiting();
        }
    }

    [LoggerMessage(120, LogLevel.Error, "Records of the log are damaged and are skipped.")]
    private partial void LogDamage(Exception exception);
}
