namespace Ganglion.Routes;

/// <summary>What a channel's name means.</summary>
/// <param name="Channel">The name that code uses.</param>
/// <param name="Topic">The topic that its events are published to and read from.</param>
public readonly record struct Route(string Channel, string Topic);
