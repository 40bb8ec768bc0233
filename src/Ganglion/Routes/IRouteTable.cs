using Ganglion.Brokers;

namespace Ganglion.Routes;

/// <summary>Code names channels; this says what they mean to an agent, for publishing and for reading.</summary>
internal interface IRouteTable
{
    /// <summary>Raised when a route has changed.</summary>
    event Action? Changed;

    /// <summary>The topic that a channel's events are published to.</summary>
    string EntryOf(string channel);

    /// <summary>The topics that a channel's events are read from: first those that end somewhere, then the others, side by side.</summary>
    IReadOnlyList<ReadTopic> ReadOf(string channel);

    /// <summary>The lanes of a channel, those behind the others that are only read until they are empty; <see langword="null"/>: it has none.</summary>
    Lanes? LanesOf(string channel) => null;

    /// <summary>
    /// What a topic is to who reads all channels whose names begin alike: the channels by which its events, or what becomes of them, are to be read, so
    /// that each is read once. None, where there are only copies, or what waits for a decision.
    /// </summary>
    IReadOnlyList<ReadChannel> ChannelsOf(string topic) => [new ReadChannel(topic, [new ReadTopic(topic)])];

    /// <summary>Completes when every change is known that was made before, and where it took effect.</summary>
    ValueTask CatchUpAsync(CancellationToken cancellationToken);

    /// <summary>A reader has come to a marker.</summary>
    /// <param name="marker">The marker.</param>
    /// <param name="at">Where it lies.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether what lies behind it is not for the reader, which goes on in the next topic; otherwise the marker is passed over.</returns>
    ValueTask<bool> EndsAtAsync(RouteMarker marker, TopicPartitionOffset at, CancellationToken cancellationToken);

    /// <summary>Where a partition from which a channel is read ends for the reader; the highest number: nowhere, as far as is known.</summary>
    long EndOf(string channel, TopicPartition partition) =>
        ReadOf(channel).FirstOrDefault(read => read.Topic == partition.Topic)?.EndOf(partition.Partition) ?? long.MaxValue;
}
