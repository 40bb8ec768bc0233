using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Runtime.Steps;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Hosting;

/// <summary>Checks and compiles the agents that were added.</summary>
internal static class AgentDefinitions
{
    /// <exception cref="AgentDefinitionException">Anything about any of them is wrong; the message has all of it.</exception>
    public static AgentDefinition[] Check(
        IEnumerable<AgentRegistration> registrations,
        IReadOnlyCollection<PlacedMiddleware> middleware,
        IConfiguration? configuration,
        IServiceProviderIsService services)
    {
        var faults = new List<string>();
        MiddlewareOrder.Check(middleware, "The host", faults);
        var definitions = new List<AgentDefinition>();
        foreach (AgentRegistration registration in registrations)
        {
            var options = new AgentOptions();
            registration.Configure?.Invoke(options);
            IConfigurationSection? section = configuration?.GetSection("Ganglion:Agents:" + registration.Name);
            if (section is not null)
            {
                AgentOptionsBinding.Bind(section, options, faults);
            }

            options.Validate(registration.Name, faults);
            MiddlewareOrder.Check(options.Middleware, $"The agent '{registration.Name}'", faults);
            options.Middleware.InsertRange(0, middleware);
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
}
