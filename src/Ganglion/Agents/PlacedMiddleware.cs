using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Agents;

/// <summary>Middleware, and where it was placed.</summary>
internal sealed record PlacedMiddleware(Type Type, PipelinePlace Place, Func<MiddlewareContext, IAgentMiddleware> Create)
{
    public static PlacedMiddleware Of<TMiddleware>(PipelinePlace? place)
        where TMiddleware : class, IAgentMiddleware
    {
        // A class without dependencies needs no scope of services.
        bool isPlain = typeof(TMiddleware).GetConstructors() is [var only] && only.GetParameters().Length == 0;
        ObjectFactory<TMiddleware> factory = ActivatorUtilities.CreateFactory<TMiddleware>([]);
        return new PlacedMiddleware(
            typeof(TMiddleware),
            place ?? PipelinePlace.Before(PipelineSteps.Handle),
            isPlain ? _ => Activator.CreateInstance<TMiddleware>() : context => factory(context.Services, null));
    }
}
