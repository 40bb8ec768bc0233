using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Hosting;

/// <summary>Lets the host start only if all models can be made.</summary>
internal sealed class ModelCheck(IServiceProvider services, ModelCatalog catalog) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (string name in catalog.Names)
        {
            _ = services.GetRequiredKeyedService<IChatClient>(name);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
