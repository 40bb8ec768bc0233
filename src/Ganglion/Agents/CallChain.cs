using Ganglion.Events;

namespace Ganglion.Agents;

/// <summary>Who called whom, up to an instance: an extension of request events, the ids percent-encoded, with spaces between them.</summary>
internal static class CallChain
{
    /// <summary>The name of the extension.</summary>
    public const string Attribute = "callchain";

    private const int MostCalls = 100;

    /// <summary>The chain that a call begins or goes on.</summary>
    /// <param name="cause">What the caller handles.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="callee">Who is called.</param>
    /// <exception cref="CallCycleException">The callee is in the chain already, or the chain is too long.</exception>
    public static string Extend(CloudEvent cause, AgentId caller, AgentId callee)
    {
        string before = cause.Extensions.GetValueOrDefault(Attribute, "");
        string chain = before.Length == 0 ? Encode(caller) : $"{before} {Encode(caller)}";
        string[] callers = chain.Split(' ');
        if (callers.Contains(Encode(callee), StringComparer.Ordinal))
        {
            throw new CallCycleException(
                $"{caller} cannot call {callee}, which waits for it: the calls are {string.Join(" → ", callers.Select(Uri.UnescapeDataString))}. Publish an event instead, or let the caller hand on what the callee needs.");
        }

        return callers.Length < MostCalls
            ? chain
            : throw new CallCycleException($"{caller} cannot call {callee}: {MostCalls} calls wait for each other already.");
    }

    private static string Encode(AgentId id) => Uri.EscapeDataString(id.ToString());
}
