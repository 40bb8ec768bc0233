using System.Collections.Concurrent;
using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Groups;

/// <summary>The members of groups that read through an event stream, so that the requests of their readers find them.</summary>
internal sealed class GroupStreams
{
    private readonly ConcurrentDictionary<(string Group, string Member), GroupStream> _streams = new();

    /// <summary>Enters a member, until what is returned is disposed.</summary>
    public GroupStream Enter(string group, IEventConsumer consumer)
    {
        var stream = new GroupStream(this, group, consumer);
        _streams[(group, stream.Member)] = stream;
        return stream;
    }

    public GroupStream Find(string group, string member) => _streams.TryGetValue((group, member), out GroupStream? stream)
        ? stream
        : throw new ConsumerGroupException("member-not-found", $"No event stream reads as member '{member}' of group '{group}'.");

    public void Remove(GroupStream stream) => _streams.TryRemove((stream.Group, stream.Member), out _);
}
