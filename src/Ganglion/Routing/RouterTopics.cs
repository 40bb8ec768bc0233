using Ganglion.Brokers;
using Ganglion.Routes;

namespace Ganglion.Routing;

/// <summary>What channels mean to the router of one: it reads its entry whatever the changes; all else is the topic of its own name.</summary>
internal sealed class RouterTopics(string channel, RouteTable table) : IRouteTable
{
    public event Action? Changed
    {
        add => table.Changed += value;
        remove => table.Changed -= value;
    }

    public string EntryOf(string channel) => channel;

    // The entry is read from the first marker on, and what was approved as soon as something may be, unless it is at the exit then.
    public IReadOnlyList<ReadTopic> ReadOf(string read) => table.HistoryOf(channel).Changes switch
    {
        [{ } first, ..] when read == channel =>
            [new ReadTopic(first.Route.Entry, Starts: first.Offsets is { } markers ? [.. markers.Select(marker => marker + 1)] : null)],
        [{ } first, ..] changes when read == first.Route.Approved && (first.Route.EndsApproved || !changes.Any(change => change.Route.Stages.Any(StageKinds.MayHold))) => [],
        _ => [new ReadTopic(read)],
    };

    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => table.CatchUpAsync(cancellationToken);

    public async ValueTask<bool> EndsAtAsync(RouteMarker marker, TopicPartitionOffset at, CancellationToken cancellationToken)
    {
        await table.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return false;
    }
}
