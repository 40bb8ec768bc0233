using System.Diagnostics.Metrics;
using Ganglion.Brokers;
using Ganglion.Models.Caching;
using Ganglion.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Hosting;

/// <summary>Makes the cache of a host's models: as much as code says (<see cref="ModelCacheOptions"/> is a service then), and after it the configuration.</summary>
internal static class ModelCacheFactory
{
    private const string Section = "Ganglion:ModelCache";

    /// <exception cref="ModelSettingsException">Anything is wrong with what is configured; the message has all of it.</exception>
    public static ModelCache Create(IServiceProvider services)
    {
        ModelCacheOptions options = (services.GetService<ModelCacheOptions>() ?? new ModelCacheOptions()) with { };
        var faults = new List<string>();
        if (services.GetService<IConfiguration>() is { } configuration)
        {
            OptionsBinding.Bind(configuration.GetSection(Section), options, faults);
        }

        if (faults.Count == 0)
        {
            try
            {
                ModelCacheOptions.Check(options);
            }
            catch (ArgumentException wrong)
            {
                faults.Add($"{Section}: {wrong.Message}");
            }
        }

        return faults.Count == 0
            ? new ModelCache(
                services.GetRequiredService<IEventBroker>(),
                options,
                ApplicationSource.Of(services),
                services.GetRequiredService<TimeProvider>(),
                new UnfailingLogger((services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<ModelCache>()),
                services.GetService<IMeterFactory>())
            : throw new ModelSettingsException(faults);
    }
}
