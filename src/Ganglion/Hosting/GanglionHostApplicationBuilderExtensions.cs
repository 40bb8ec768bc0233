using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds Ganglion to a host.</summary>
public static class GanglionHostApplicationBuilderExtensions
{
    /// <inheritdoc cref="GanglionServiceCollectionExtensions.AddGanglion"/>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Chooses the broker and adds agents. May be called several times; the last broker counts.</param>
    public static IHostApplicationBuilder AddGanglion(this IHostApplicationBuilder builder, Action<GanglionBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddGanglion(configure);
        return builder;
    }
}
