using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Journal;

namespace Ganglion.Clients;

/// <summary>A request that waits for its reply.</summary>
/// <param name="number">Its number, by which the reply names it.</param>
/// <param name="callee">Who was called.</param>
/// <param name="name">What was asked of whom, for people.</param>
/// <param name="invocation">What the callee's invocation is called.</param>
internal sealed class PendingRequest(int number, AgentId callee, string name, InvocationId invocation)
    : TaskCompletionSource<CloudEvent>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public int Number { get; } = number;

    public AgentId Callee { get; } = callee;

    public string Name { get; } = name;

    public InvocationId Invocation { get; } = invocation;
}
