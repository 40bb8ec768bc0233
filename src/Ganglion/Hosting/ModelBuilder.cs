using Ganglion.Models;
using Ganglion.Models.Caching;
using Ganglion.Models.Ollama;
using Ganglion.Models.OpenAI;
using Microsoft.Extensions.AI;

namespace Ganglion.Hosting;

/// <summary>
/// Says what a model of the host is: who answers (the last that is chosen counts), and what is put around that. Whatever the order in which it is said, telemetry is around each call that is made,
/// the budget around that, then retries, then the cache, then the models to fall back to, and what <see cref="With"/> adds around everything.
/// </summary>
public sealed class ModelBuilder
{
    private readonly ModelDefinition _definition;

    internal ModelBuilder(ModelDefinition definition)
    {
        _definition = definition;
    }

    /// <summary>What the model is called in this host: the key of its <see cref="IChatClient"/>.</summary>
    public string Name => _definition.Name;

    /// <summary>A model of Ollama answers.</summary>
    /// <param name="configure">Which, and where. Default: as <c>OLLAMA_BASE_URL</c> and <c>OLLAMA_MODEL</c> say.</param>
    public ModelBuilder UseOllama(Action<OllamaOptions>? configure = null)
    {
        _definition.Provider = OllamaChatClient.Provider;
        _definition.Ollama.Add(configure ?? (static _ => { }));
        return this;
    }

    /// <summary>A model of OpenAI answers, or of a server that speaks as it does.</summary>
    /// <param name="configure">Which, and where. Default: as <c>OPENAI_BASE_URL</c>, <c>OPENAI_API_KEY</c> and <c>OPENAI_MODEL</c> say.</param>
    public ModelBuilder UseOpenAI(Action<OpenAIOptions>? configure = null)
    {
        _definition.Provider = OpenAIChatClient.Provider;
        _definition.OpenAI.Add(configure ?? (static _ => { }));
        return this;
    }

    /// <summary>Rules answer: a model that is none.</summary>
    /// <param name="rules">What they answer.</param>
    /// <param name="options">What is answered otherwise.</param>
    public ModelBuilder UseScripted(IEnumerable<ScriptedRule> rules, ScriptedChatOptions? options = null)
    {
        ScriptedRule[] all = [.. rules];
        return Use(_ => new ScriptedChatClient(Name, all, options));
    }

    /// <summary>A client of the application's own answers.</summary>
    /// <param name="client">The client. It is disposed of with the host.</param>
    public ModelBuilder Use(IChatClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return Use(_ => client);
    }

    /// <inheritdoc cref="Use(IChatClient)"/>
    /// <param name="create">Makes the client, once.</param>
    public ModelBuilder Use(Func<IServiceProvider, IChatClient> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _definition.Provider = null;
        _definition.Factory = create;
        return this;
    }

    /// <summary>
    /// Whoever the environment names answers: a model of Ollama if <c>OLLAMA_MODEL</c> or <c>OLLAMA_BASE_URL</c> is set, or else one of OpenAI if <c>OPENAI_API_KEY</c> or <c>OPENAI_BASE_URL</c> is.
    /// Otherwise what is given here does, and the log says so, and how to have another.
    /// </summary>
    /// <param name="otherwise">Answers if nothing is set, such as a <see cref="ScriptedChatClient"/>.</param>
    public ModelBuilder UseEnvironment(IChatClient otherwise)
    {
        ArgumentNullException.ThrowIfNull(otherwise);
        _definition.Provider = ModelDefinition.Environment;
        _definition.Factory = _ => otherwise;
        return this;
    }

    /// <summary>It is asked again when its provider is overloaded or broken: <see cref="RetryingChatClient"/>.</summary>
    /// <param name="options">When. Without a clock of its own it is that of the host.</param>
    public ModelBuilder WithRetries(RetryingChatOptions? options = null)
    {
        _definition.Retries = options ?? new RetryingChatOptions();
        return this;
    }

    /// <summary>Its calls spend of the host's budgets: <see cref="BudgetedChatClient"/>.</summary>
    /// <param name="options">What they are for.</param>
    public ModelBuilder WithBudget(BudgetedChatOptions? options = null)
    {
        _definition.Budget = options ?? new BudgetedChatOptions();
        return this;
    }

    /// <summary>
    /// What it was asked and has answered already it is not asked again, also in another process: <see cref="CachedChatClient"/>. By itself that holds for calls with the temperature 0. The answers lie on a topic
    /// (<see cref="ModelCacheOptions"/>; <c>Ganglion:ModelCache</c>).
    /// </summary>
    /// <param name="options">Which calls count, and who may see whose answers.</param>
    public ModelBuilder WithCache(CachedChatOptions? options = null)
    {
        _definition.Cache = CachedChatOptions.Check(options);
        return this;
    }

    /// <summary>Other models answer when this one does not, or has no room in its budgets: <see cref="FallbackChatClient"/>.</summary>
    /// <param name="models">Their names, in the order in which they are tried.</param>
    public ModelBuilder WithFallback(params string[] models)
    {
        ArgumentNullException.ThrowIfNull(models);
        _definition.Fallback = [.. models];
        return this;
    }

    /// <summary>Puts a client of the application's own around everything.</summary>
    /// <param name="wrap">Makes it, of the client that it goes around and the services of the host. It is to dispose of that client with itself.</param>
    public ModelBuilder With(Func<IChatClient, IServiceProvider, IChatClient> wrap)
    {
        ArgumentNullException.ThrowIfNull(wrap);
        _definition.Wraps.Add(wrap);
        return this;
    }
}
