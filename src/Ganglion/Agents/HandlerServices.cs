using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ganglion.Agents;

/// <summary>The services of a handler's scope; loggers among them are quiet while the handler does again what it has done before.</summary>
internal sealed class HandlerServices(IServiceProvider scope, AgentContext context) : IServiceProvider, ISupportRequiredService
{
    public object? GetService(Type serviceType) => Quiet(serviceType, scope.GetService(serviceType));

    public object GetRequiredService(Type serviceType) => Quiet(serviceType, scope.GetRequiredService(serviceType))!;

    private object? Quiet(Type type, object? service) =>
        service is ILogger && type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ILogger<>)
            ? Activator.CreateInstance(typeof(ReplayLogger<>).MakeGenericType(type.GetGenericArguments()), service, context)
            : service;
}
