using Ganglion.Brokers;
using Ganglion.Routes;

namespace Ganglion.Routing;

/// <summary>A record that an event leaves behind on its way through a route.</summary>
/// <param name="Stage">The stage at which it does; <see langword="null"/>: behind the last, by the exit.</param>
/// <param name="Record">The record, and where to.</param>
internal readonly record struct LeftRecord(Stage? Stage, ProducerRecord Record);
