using Ganglion.Models;
using Ganglion.Models.Caching;
using Ganglion.Models.Ollama;
using Ganglion.Models.OpenAI;
using Microsoft.Extensions.AI;

namespace Ganglion.Hosting;

/// <summary>A model, as code and configuration say it is.</summary>
internal sealed class ModelDefinition(string name)
{
    public const string Environment = "environment";

    public string Name => name;

    /// <summary>Who answers: <c>ollama</c>, <c>openai</c>, <c>environment</c>; null: <see cref="Factory"/>.</summary>
    public string? Provider { get; set; }

    /// <summary>Makes the client, where there is no provider, or none in the environment.</summary>
    public Func<IServiceProvider, IChatClient>? Factory { get; set; }

    public List<Action<OllamaOptions>> Ollama { get; init; } = [];

    public List<Action<OpenAIOptions>> OpenAI { get; init; } = [];

    public RetryingChatOptions? Retries { get; set; }

    public BudgetedChatOptions? Budget { get; set; }

    public CachedChatOptions? Cache { get; set; }

    /// <summary>The models that answer when this one does not, in order.</summary>
    public IReadOnlyList<string> Fallback { get; set; } = [];

    /// <summary>What is put around everything else, the innermost first.</summary>
    public List<Func<IChatClient, IServiceProvider, IChatClient>> Wraps { get; init; } = [];

    public ModelDefinition Copy() => new(name)
    {
        Provider = Provider,
        Factory = Factory,
        Ollama = [.. Ollama],
        OpenAI = [.. OpenAI],
        Retries = Retries,
        Budget = Budget,
        Cache = Cache,
        Fallback = Fallback,
        Wraps = [.. Wraps],
    };
}
