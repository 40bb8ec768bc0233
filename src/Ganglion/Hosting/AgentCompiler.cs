using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Runtime.Steps;
using Ganglion.Supervision;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Hosting;

/// <summary>Checks the agents that were added, and compiles them.</summary>
/// <param name="middleware">What runs around the handlers of all agents.</param>
/// <param name="configuration">What the host is configured with.</param>
/// <param name="services">Which services there are.</param>
internal sealed class AgentCompiler(
    IReadOnlyCollection<PlacedMiddleware> middleware, IConfiguration? configuration, IServiceProviderIsService services)
{
    /// <summary>Compiles agents.</summary>
    /// <param name="registrations">What was added.</param>
    /// <param name="supervisors">The supervisors that there are, by name.</param>
    /// <param name="faults">What is known to be wrong already.</param>
    /// <exception cref="AgentDefinitionException">Anything about any of them is wrong; the message has all of it.</exception>
    public AgentDefinition[] Compile(
        IEnumerable<AgentRegistration> registrations, IReadOnlyDictionary<string, SupervisorOptions> supervisors, List<string> faults)
    {
        MiddlewareOrder.Check(middleware, "The host", faults);
        var definitions = new List<AgentDefinition>();
        foreach (AgentRegistration registration in registrations)
        {
            AgentOptions options = OptionsOf(registration, faults);
            if (!supervisors.ContainsKey(options.Supervisor))
            {
                faults.Add($"Ganglion:Agents:{registration.Name}:{nameof(AgentOptions.Supervisor)} is '{options.Supervisor}': there is none. Add it by AddSupervisor.");
            }

            if (registration.Define(options, services, faults) is { } definition)
            {
                definitions.Add(definition);
            }
        }

        if (!services.IsService(typeof(IEventBroker)))
        {
            faults.Add("There is no broker: choose one by UseEmbeddedBroker(folder), UseVolatileBroker() or UseBroker(…).");
        }

        IEnumerable<AgentType> twice = definitions.CountBy(definition => definition.Type).Where(type => type.Value > 1).Select(type => type.Key);
        faults.AddRange(twice.Select(type => $"The agent '{type}' is added more than once: give each agent its own name."));
        return faults.Count == 0 ? [.. definitions] : throw new AgentDefinitionException(faults);
    }

    // The configuration comes after the code, so that a deployment can change what was built.
    private AgentOptions OptionsOf(AgentRegistration registration, List<string> faults)
    {
        var options = new AgentOptions();
        registration.Configure?.Invoke(options);
        IConfigurationSection? section = configuration?.GetSection("Ganglion:Agents:" + registration.Name);
        if (section is not null)
        {
            OptionsBinding.Bind(section, options, faults);
        }

        options.Validate(registration.Name, faults);
        MiddlewareOrder.Check(options.Middleware, $"The agent '{registration.Name}'", faults);
        options.Middleware.InsertRange(0, middleware);
        return options;
    }
}
