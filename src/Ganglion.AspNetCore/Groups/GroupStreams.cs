using System.Collections.Concurrent;
using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Groups;

/// <summary>The members of groups that read through an event stream, so that commits find them.</summary>
internal sealed class GroupStreams
{
    private readonly ConcurrentDictionary<(string Group, string Member), IEventConsumer> _consumers = new();

    /// <summary>Enters a member, until what is returned is disposed.</summary>
    public Entry Enter(string group, IEventConsumer consumer)
    {
        var entry = new Entry(this, group, Guid.NewGuid().ToString("N"));
        _consumers[(group, entry.Member)] = consumer;
        return entry;
    }

    public IEventConsumer Find(string group, string member) => _consumers.TryGetValue((group, member), out IEventConsumer? consumer)
        ? consumer
        : throw new ConsumerGroupException("member-not-found", $"No event stream reads as member '{member}' of group '{group}'.");

    internal sealed record Entry(GroupStreams Streams, string Group, string Member) : IDisposable
    {
        public void Dispose() => Streams._consumers.TryRemove((Group, Member), out _);
    }
}
