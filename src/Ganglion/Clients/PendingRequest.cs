using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Journal;

namespace Ganglion.Clients;

/// <summary>A request that waits for its reply.</summary>
/// <param name="number">Its number, by which the reply names it.</param>
/// <param name="callee">Who was called.</param>
/// <param name="sent">What was sent.</param>
internal sealed class PendingRequest(int number, AgentId callee, CloudEvent sent)
    : TaskCompletionSource<CloudEvent>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public int Number { get; } = number;

    public AgentId Callee { get; } = callee;

    public CloudEvent Sent { get; } = sent;

    /// <summary>What was asked of whom, for people.</summary>
    public string Name => $"{Sent.Type} of {Callee}";

    /// <summary>What the callee's invocation is called.</summary>
    public InvocationId Invocation => InvocationId.Of(Sent, Sent.Type, Callee.Type.Name, Callee.Key);
}
