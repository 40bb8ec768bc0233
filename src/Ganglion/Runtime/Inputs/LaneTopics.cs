using Ganglion.Routes;

namespace Ganglion.Runtime.Inputs;

/// <summary>A channel with lanes that an agent reads.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Lanes">Its lanes.</param>
/// <param name="Names">The names of those that are read, by their topics.</param>
internal sealed record LaneTopics(string Channel, Lanes Lanes, IReadOnlyDictionary<string, string> Names);
