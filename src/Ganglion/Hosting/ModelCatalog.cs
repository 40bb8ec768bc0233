using System.Diagnostics.Metrics;
using Ganglion.Budgets;
using Ganglion.Models;
using Ganglion.Models.Caching;
using Ganglion.Models.Ollama;
using Ganglion.Models.OpenAI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ganglion.Hosting;

/// <summary>The models of a host, as code and configuration define them.</summary>
internal sealed partial class ModelCatalog
{
    private const string DefaultName = "default";

    private readonly Dictionary<string, ModelDefinition> _models;
    private readonly ModelEnvironment _environment;

    private ModelCatalog(List<ModelDefinition> models, ModelEnvironment environment)
    {
        _models = models.ToDictionary(model => model.Name, StringComparer.Ordinal);
        _environment = environment;
        Names = [.. models.Select(model => model.Name)];
        Default = _models.ContainsKey(DefaultName) ? DefaultName : Names[0];
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>The name of the model that is there without a key.</summary>
    public string Default { get; }

    /// <exception cref="ModelSettingsException">Anything is wrong with what is set up; the message has all of it.</exception>
    public static ModelCatalog Of(IServiceProvider services)
    {
        var faults = new List<string>();
        var models = new List<ModelDefinition>();
        foreach (ModelDefinition added in services.GetServices<ModelDefinition>())
        {
            // What was added first keeps its place.
            int place = models.FindIndex(model => model.Name == added.Name);
            if (place < 0)
            {
                models.Add(added.Copy());
            }
            else
            {
                models[place] = added.Copy();
            }
        }

        var configuration = services.GetService<IConfiguration>();
        foreach ((string name, IConfigurationSection section) in configuration is null ? [] : ModelSection.In(configuration))
        {
            if (models.Find(model => model.Name == name) is { } model)
            {
                ModelSection.Apply(section, model, faults);
            }
            else
            {
                faults.Add($"{section.Path} is of a model that the host does not have: add it by AddModel(\"{name}\"), or correct the name. It has {string.Join(", ", models.Select(one => one.Name))}.");
            }
        }

        var environment = new ModelEnvironment(configuration);
        foreach (ModelDefinition model in models)
        {
            environment.Check(model, faults);
            Check(model, models, faults);
        }

        return faults.Count == 0 ? new ModelCatalog(models, environment) : throw new ModelSettingsException(faults);
    }

    /// <summary>Makes the client of a model.</summary>
    public IChatClient Create(string name, IServiceProvider services)
    {
        ModelDefinition model = _models[name];
        TimeProvider time = services.GetRequiredService<TimeProvider>();
        ILoggerFactory? loggers = services.GetService<ILoggerFactory>();
        IChatClient client = _environment.ProviderOf(model) switch
        {
            OllamaChatClient.Provider => new OllamaChatClient(_environment.OllamaOf(model, time)),
            OpenAIChatClient.Provider => new OpenAIChatClient(_environment.OpenAIOf(model, time)),
            _ => model.Factory!(services),
        };
        Tell(model, client, loggers?.CreateLogger<ModelCatalog>());
        ModelPrices prices = services.GetRequiredService<ModelPrices>();
        client = new TelemetryChatClient(client, prices, services.GetService<IMeterFactory>(), loggers?.CreateLogger<TelemetryChatClient>());
        if (model.Budget is not null)
        {
            client = new BudgetedChatClient(client, services.GetRequiredService<IBudgets>(), prices, model.Budget);
        }

        if (model.Retries is { } retries)
        {
            client = new RetryingChatClient(client, retries.TimeProvider == TimeProvider.System ? retries with { TimeProvider = time } : retries, loggers?.CreateLogger<RetryingChatClient>());
        }

        if (model.Cache is not null)
        {
            client = new CachedChatClient(client, services.GetRequiredService<ModelCache>(), model.Cache);
        }

        if (model.Fallback.Count > 0)
        {
            client = new FallbackChatClient(
                [new FallbackChatTarget(name, client), .. model.Fallback.Select(other => new FallbackChatTarget(other, new SharedChatClient(services.GetRequiredKeyedService<IChatClient>(other))))],
                new FallbackChatOptions { TimeProvider = time });
        }

        return model.Wraps.Aggregate(client, (inner, wrap) => wrap(inner, services));
    }

    private static void Check(ModelDefinition model, List<ModelDefinition> models, List<string> faults)
    {
        if (model is { Provider: null, Factory: null })
        {
            faults.Add($"The model {model.Name} has nobody who answers: choose in code (UseOllama, UseOpenAI, Use), or set {ModelSection.Name}:{model.Name}:Provider to ollama or openai.");
        }

        foreach (string other in model.Fallback.Where(other => !models.Exists(one => one.Name == other)))
        {
            faults.Add($"The model {model.Name} falls back to {other}, which is none of the host's: add it by AddModel(\"{other}\"), or correct the name.");
        }

        if (Reaches(model, model.Name, []))
        {
            faults.Add($"The model {model.Name} falls back to itself in the end: remove one of the fallbacks.");
        }

        bool Reaches(ModelDefinition from, string name, HashSet<string> seen) => from.Fallback.Any(
            other => other == name || (seen.Add(other) && models.Find(one => one.Name == other) is { } next && Reaches(next, name, seen)));
    }

    private static void Tell(ModelDefinition model, IChatClient client, ILogger? logger)
    {
        if (logger is null)
        {
            return;
        }

        var metadata = client.GetService<ChatClientMetadata>();
        if (metadata?.ProviderName == ScriptedChatClient.Provider)
        {
            IsScripted(logger, model.Name);
        }
        else
        {
            Answers(logger, model.Name, metadata?.ProviderName, metadata?.DefaultModelId, metadata?.ProviderUri?.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
        }
    }

    [LoggerMessage(260, LogLevel.Information, "The model {Name} is of {Provider}: {Model} at {Address}.")]
    private static partial void Answers(ILogger logger, string name, string? provider, string? model, string? address);

    [LoggerMessage(261, LogLevel.Warning, "The model {Name} is a script, not a language model: its answers are rules. To have another, set OLLAMA_MODEL (and OLLAMA_BASE_URL), or OPENAI_API_KEY and OPENAI_MODEL, if the program looks there, or Ganglion:Models:{Name}:Provider and :Model.")]
    private static partial void IsScripted(ILogger logger, string name);
}
