using Ganglion.Brokers;
using Ganglion.Routes;

namespace Ganglion.Routing;

/// <summary>What channels mean to the router of one: it reads its entry, from the first marker on, whatever the changes; all else is the topic of its own name.</summary>
internal sealed class RouterTopics(string channel, RouteTable table) : IRouteTable
{
    public event Action? Changed
    {
        add => table.Changed += value;
        remove => table.Changed -= value;
    }

    public string EntryOf(string channel) => channel;

    public IReadOnlyList<ReadTopic> ReadOf(string read) => read == channel && table.HistoryOf(channel).Changes is [{ } first, ..]
        ? [new ReadTopic(first.Route.Entry, Starts: first.Offsets)]
        : [new ReadTopic(read)];

    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => table.CatchUpAsync(cancellationToken);

    public async ValueTask<bool> EndsAtAsync(RouteMarker marker, TopicPartitionOffset at, CancellationToken cancellationToken)
    {
        await table.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return false;
    }
}
