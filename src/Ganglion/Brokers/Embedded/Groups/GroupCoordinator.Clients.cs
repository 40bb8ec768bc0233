namespace Ganglion.Brokers.Embedded.Groups;

internal sealed partial class GroupCoordinator
{
    /// <summary>Looks into a group, or changes it, while nobody else does. A group that is not there is made, and forgotten again if it stays empty.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="visit">Called under the lock: must be short.</param>
    public TResult Visit<TResult>(string groupId, Func<ConsumerGroup, TResult> visit)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(EmbeddedBroker));
            ConsumerGroup group = GetOrAdd(groupId);
            try
            {
                return visit(group);
            }
            finally
            {
                ForgetIfEmpty(group);
            }
        }
    }

    /// <summary>Looks into all groups, by id.</summary>
    /// <param name="visit">Called under the lock: must be short.</param>
    public IReadOnlyList<TResult> VisitAll<TResult>(Func<ConsumerGroup, TResult> visit)
    {
        lock (_gate)
        {
            return [.. _groups.Values.OrderBy(group => group.Id, StringComparer.Ordinal).Select(visit)];
        }
    }
}
