using Ganglion.Agents;

namespace Ganglion.Runtime.Steps;

/// <summary>Middleware, or a step in the midst of it.</summary>
internal readonly record struct MiddlewareLink(PlacedMiddleware? Middleware, Func<Invocation, MiddlewareContext, ValueTask>? Step);
