using System.Collections.Concurrent;

namespace Ganglion.Brokers.Embedded;

/// <summary>
/// Remembers the newest producer of each transactional id. A producer of this broker lives in its process and dies with it, so
/// that nothing of this need outlive the process.
/// </summary>
internal sealed class ProducerFences
{
    private readonly ConcurrentDictionary<string, int> _epochs = new(StringComparer.Ordinal);

    /// <summary>Makes a new producer the only one of its id.</summary>
    /// <returns>A check that throws once a newer one has come; null where there is no id.</returns>
    /// <remarks>The check throws <see cref="FencedException"/> with <c>producer-fenced</c>.</remarks>
    public Action? Enter(string? transactionalId)
    {
        if (transactionalId is null)
        {
            return null;
        }

        int mine = _epochs.AddOrUpdate(transactionalId, 0, (_, epoch) => epoch + 1);
        return () =>
        {
            if (_epochs[transactionalId] != mine)
            {
                throw new FencedException(
                    "producer-fenced",
                    $"A newer producer with the transactional id '{transactionalId}' has taken over. Stop this one.");
            }
        };
    }
}
