using Ganglion.Configuring;
using Ganglion.Models;
using Ganglion.Models.Caching;
using Ganglion.Models.Http;
using Ganglion.Models.Ollama;
using Ganglion.Models.OpenAI;
using Microsoft.Extensions.Configuration;

namespace Ganglion.Hosting;

/// <summary>What the configuration says of a model.</summary>
internal static class ModelSection
{
    public const string Name = "Ganglion:Models";

    private const string Fallback = "Fallback";

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The models of which a configuration says something.</summary>
    public static IEnumerable<(string Name, IConfigurationSection Section)> In(IConfiguration configuration)
    {
        foreach ((string name, IConfigurationSection section) in NamedSections.In(configuration.GetSection(Name)))
        {
            // Where a list is all that is said, it looks like a name.
            string model = name.EndsWith($":{Fallback}", StringComparison.OrdinalIgnoreCase) ? name[..^(Fallback.Length + 1)] : name;
            yield return (model, model == name ? section : configuration.GetSection($"{Name}:{model}"));
        }
    }

    /// <summary>Changes a definition as a section says, and tells what is wrong with that.</summary>
    public static void Apply(IConfigurationSection section, ModelDefinition model, List<string> faults)
    {
        var settings = new SettingsReader(section.Path, SettingsSection.Read(section), faults);
        if (settings.Choice("Provider", OllamaChatClient.Provider, OpenAIChatClient.Provider) is { } provider)
        {
            model.Provider = provider;
        }

        string? name = settings.Text("Model"), endpoint = settings.Text("Endpoint"), key = settings.Text("ApiKey"), organization = settings.Text("Organization"), project = settings.Text("Project");
        TimeSpan? timeout = settings.Time("Timeout", TimeSpan.FromMilliseconds(1), Day), keepAlive = settings.Time("KeepAlive", -Day, Day);
        string? think = settings.Choice("Think", "true", "false");
        if (endpoint is not null && !ServerAddress.IsAddress(endpoint))
        {
            settings.Fault("Endpoint", "is no address: set one such as http://localhost:11434 or https://api.example.com/v1.");
        }

        OnlyFor(OpenAIChatClient.Provider, "ApiKey", "Organization", "Project");
        OnlyFor(OllamaChatClient.Provider, "KeepAlive", "Think");
        if (model.Provider is null && (name is not null || endpoint is not null || timeout is not null))
        {
            settings.Fault("Provider", "is not set, and what code has chosen cannot be changed so: set ollama or openai.");
        }

        model.Ollama.Add(options =>
        {
            options.Model = name ?? options.Model;
            options.Endpoint = endpoint ?? options.Endpoint;
            options.Timeout = timeout ?? options.Timeout;
            options.KeepAlive = keepAlive ?? options.KeepAlive;
            options.Think = think is null ? options.Think : think == "true";
        });
        model.OpenAI.Add(options =>
        {
            options.Model = name ?? options.Model;
            options.Endpoint = endpoint ?? options.Endpoint;
            options.Timeout = timeout ?? options.Timeout;
            options.ApiKey = key ?? options.ApiKey;
            options.Organization = organization ?? options.Organization;
            options.Project = project ?? options.Project;
        });
        Surround(settings, model);
        settings.End();

        void OnlyFor(string wanted, params ReadOnlySpan<string> names)
        {
            foreach (string setting in names)
            {
                if (settings.Has(setting) && model.Provider is not (null or ModelDefinition.Environment) && model.Provider != wanted)
                {
                    settings.Fault(setting, $"is only for the provider {wanted}: remove it, or set Provider.");
                }
            }
        }
    }

    private static void Surround(SettingsReader settings, ModelDefinition model)
    {
        if (settings.Count("Retries", 0, 100) is { } retries)
        {
            model.Retries = (model.Retries ?? new RetryingChatOptions()) with { Retries = retries };
        }

        if (settings.Has(Fallback))
        {
            model.Fallback = settings.Texts(Fallback);
        }

        model.Budget = settings.Choice("Budget", "true", "false") switch
        {
            "true" => model.Budget ?? new BudgetedChatOptions(),
            "false" => null,
            _ => model.Budget,
        };
        model.Cache = settings.Choice("Cache", "true", "false") switch
        {
            "true" => model.Cache ?? new CachedChatOptions(),
            "false" => null,
            _ => model.Cache,
        };
        if (settings.Time("CacheMaxAge", TimeSpan.FromSeconds(1), TimeSpan.FromDays(366)) is { } age && model.Cache is { } cache)
        {
            model.Cache = cache with { MaxAge = age };
        }

        if (settings.Count("OutputTokens", 1, 1_000_000) is { } tokens && model.Budget is { } budget)
        {
            model.Budget = budget with { OutputTokens = tokens };
        }
    }
}
