using Ganglion.Agents;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Hosting;

/// <summary>An agent as it was added; checked and compiled when the host starts.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Order">Where among agents and supervisors it was added.</param>
/// <param name="Configure">Changes its options.</param>
/// <param name="Define">Compiles it, or adds to the faults.</param>
internal sealed record AgentRegistration(
    string Name,
    int Order,
    Action<AgentOptions>? Configure,
    Func<AgentOptions, IServiceProviderIsService, List<string>, AgentDefinition?> Define)
{
    /// <summary>An agent of a class.</summary>
    public static AgentRegistration Of<TAgent>(int order, Action<AgentOptions>? configure = null)
        where TAgent : Agent => new(
            AgentDefinition.NameOf(typeof(TAgent)) ?? typeof(TAgent).Name,
            order,
            configure,
            (options, services, faults) => AgentDefinition.FromClass(typeof(TAgent), options, services, faults));
}
