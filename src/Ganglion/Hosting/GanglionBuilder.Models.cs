using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Hosting;

// Models that agents ask.
public sealed partial class GanglionBuilder
{
    /// <summary>
    /// Adds a model: an <see cref="IChatClient"/> by its name as key. The one called <c>default</c>, or else the first, is the one without a key too. Each tells of its calls as
    /// <see cref="Ganglion.Models.TelemetryChatClient"/> does.
    /// </summary>
    /// <param name="name">What it is called in this host. If there is one of the name, it is replaced.</param>
    /// <param name="configure">
    /// Says what it is. The configuration comes after: <c>Ganglion:Models:NAME:Provider</c> (<c>ollama</c>, <c>openai</c>), <c>Model</c>, <c>Endpoint</c>, <c>ApiKey</c> and more. Default: only the configuration.
    /// </param>
    /// <remarks>If anything is wrong with what is set up, the host does not start: <see cref="ModelSettingsException"/>.</remarks>
    public GanglionBuilder AddModel(string name, Action<ModelBuilder>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var definition = new ModelDefinition(name);
        configure?.Invoke(new ModelBuilder(definition));
        Services.AddSingleton(definition);
        Services.TryAddKeyedSingleton<IChatClient>(name, static (services, key) => services.GetRequiredService<ModelCatalog>().Create((string)key!, services));
        Services.TryAddSingleton<IChatClient>(static services => services.GetRequiredKeyedService<IChatClient>(services.GetRequiredService<ModelCatalog>().Default));
        Services.TryAddSingleton(ModelCatalog.Of);
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ModelCheck>());
        return this;
    }
}
