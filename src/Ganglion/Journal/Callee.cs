namespace Ganglion.Journal;

/// <summary>Who was called, and what the invocation there is called.</summary>
/// <param name="Agent">The instance, as its id is written.</param>
/// <param name="Invocation">The invocation.</param>
internal sealed record Callee(string Agent, InvocationId Invocation);
