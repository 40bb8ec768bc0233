using System.Collections.Frozen;
using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Producers;

namespace Ganglion.Brokers.Embedded;

// The transactions that the broker's last life has left open: whoever had them open is to begin them anew, for the offsets that they would have
// committed were in memory.
public sealed partial class EmbeddedBroker
{
    // When aborting them is tried again.
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private Task<FrozenSet<long>> _aborting = Task.FromResult(FrozenSet<long>.Empty);

    /// <summary>Whether transactions that the broker's last life has left open are still to be aborted, for which the disk has no room.</summary>
    internal bool AwaitsRoom => !_aborting.IsCompleted;

    /// <summary>The producers whose transactions the broker's last life has left open, once all are aborted.</summary>
    internal async Task<IReadOnlySet<long>> WhenOpenTransactionsAbortedAsync(CancellationToken cancellationToken) =>
        await _aborting.WaitAsync(cancellationToken).ConfigureAwait(false);

    // A full disk does not keep the broker from opening, without which nobody could make room: readers wait before what is open meanwhile.
    private async Task BeginAbortingTransactionsAsync(CancellationToken cancellationToken)
    {
        try
        {
            _aborting = Task.FromResult(await AbortOpenTransactionsAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (StorageException)
        {
            _aborting = Task.Run(KeepAbortingTransactionsAsync, CancellationToken.None);
        }
    }

    private async Task<FrozenSet<long>> KeepAbortingTransactionsAsync()
    {
        while (true)
        {
            await Task.Delay(PauseAfterFault, _options.TimeProvider, _closing.Token).ConfigureAwait(false);
            try
            {
                return await AbortOpenTransactionsAsync(_closing.Token).ConfigureAwait(false);
            }
            catch (StorageException)
            {
                // It is still full.
            }
        }
    }

    private async Task<FrozenSet<long>> AbortOpenTransactionsAsync(CancellationToken cancellationToken)
    {
        RoundBatch[] markers =
        [
            .. from topic in _topics.All
               from partition in topic.Partitions
               where partition.HasProducers
               from open in partition.Producers.Open()
               select ControlBatch.Create(_committer.Memory, partition, open.ProducerId, open.Epoch, commits: false, _committer.Now),
        ];
        if (markers.Length > 0)
        {
            Round round = await _committer.JoinAsync(markers, check: null, committed: null, cancellationToken).ConfigureAwait(false);
            await round.Done.ConfigureAwait(false);
        }

        return markers.Select(marker => marker.Produced!.ProducerId).ToFrozenSet();
    }
}
