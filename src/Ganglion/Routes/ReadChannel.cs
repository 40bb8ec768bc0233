namespace Ganglion.Routes;

/// <summary>A channel, and the topics that its events are read from, one after the other.</summary>
internal sealed record ReadChannel(string Channel, IReadOnlyList<ReadTopic> Topics);
