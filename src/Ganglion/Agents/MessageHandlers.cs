using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Agents;

/// <summary>Finds what an agent's class handles by <see cref="IHandle{T}"/> and <see cref="IHandle{TIn, TOut}"/>.</summary>
internal static class MessageHandlers
{
    public static IEnumerable<Handler> Of(Type agent, IServiceProviderIsService services, List<string> faults)
    {
        var handlers = new List<Handler>();
        foreach (Type contract in agent.GetInterfaces().Where(IsHandle))
        {
            Type message = contract.GetGenericArguments()[0];
            try
            {
                // The class's own method: its attributes count.
                MethodInfo method = agent.GetInterfaceMap(contract).TargetMethods[0];
                if (HandlerBinding.Bind(method, null, HandlerTraits.OfMessage(message), services, faults) is { } handler)
                {
                    handlers.Add(handler);
                }
            }
            catch (ArgumentException exception)
            {
                faults.Add($"{agent.Name} cannot handle {message}: {exception.Message}");
            }
        }

        return handlers;
    }

    private static bool IsHandle(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(IHandle<>) || type.GetGenericTypeDefinition() == typeof(IHandle<,>));
}
