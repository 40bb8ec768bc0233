using Ganglion.Agents;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Hosting;

/// <summary>An agent as it was added; checked and compiled when the host starts.</summary>
internal sealed record AgentRegistration(
    string Name,
    Action<AgentOptions>? Configure,
    Func<AgentOptions, IServiceProviderIsService, List<string>, AgentDefinition?> Define);
