namespace Ganglion.Agents;

/// <summary>
/// Marks a handler that must not be interleaved: while it waits, its instance handles nothing else. What comes meanwhile is put aside on the
/// log, up to <see cref="AgentOptions.MaxDeferred"/> events, and handled in its order when the handler is over. Cancellation of the handler
/// itself, by its caller, comes through. May stand on a method or on a lambda.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ExclusiveAttribute : Attribute;
