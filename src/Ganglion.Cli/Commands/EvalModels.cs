using Ganglion.Models.Ollama;
using Ganglion.Models.OpenAI;
using Ganglion.Testing.Evaluations;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Cli.Commands;

/// <summary>The models of an evaluation, by name: asked, recorded, or played from a recording.</summary>
/// <param name="defaultName">The model of those that name none.</param>
/// <param name="recording">The recording, if there is one.</param>
/// <param name="services">What a host of the same environment would have.</param>
internal sealed class EvalModels(string? defaultName, ModelRecording? recording, IServiceProvider services) : IDisposable
{
    private const string Unnamed = "default";
    private const string Remedy = "set OLLAMA_MODEL, or OPENAI_API_KEY and OPENAI_MODEL, or name --model ollama:MODEL or openai:MODEL, or one that is configured (Ganglion__Models__NAME__Provider, __Model); or play a recording with --recorded FILE";

    private readonly Dictionary<string, IChatClient> _clients = new(StringComparer.Ordinal);

    /// <summary>The models and prices of a host of this environment.</summary>
    public static ServiceProvider CreateServices()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        return new ServiceCollection()
            .AddSingleton(configuration)
            .AddGanglion(ganglion =>
            {
                ganglion.AddModel(Unnamed, model => model.UseEnvironment(new AbsentModel()));
                foreach (IConfigurationSection section in configuration.GetSection("Ganglion:Models").GetChildren().Where(section => section.Key != Unnamed))
                {
                    ganglion.AddModel(section.Key);
                }
            })
            .BuildServiceProvider();
    }

    public IChatClient Get(string? name)
    {
        name ??= defaultName ?? Unnamed;
        if (!_clients.TryGetValue(name, out IChatClient? client))
        {
            client = recording is { IsReplayed: true } ? new RecordingChatClient(recording, name)
                : recording is not null ? new RecordingChatClient(recording, name, Create(name))
                : Create(name);
            _clients.Add(name, client);
        }

        return client;
    }

    public void Dispose()
    {
        foreach (IChatClient client in _clients.Values)
        {
            client.Dispose();
        }
    }

    private IChatClient Create(string name)
    {
        try
        {
            return name.Split(':', 2) switch
            {
                ["ollama", var model] => new OllamaChatClient(new OllamaOptions { Model = model }),
                ["openai", var model] => new OpenAIChatClient(new OpenAIOptions { Model = model }),
                _ => OfHost(name),
            };
        }
        catch (ArgumentException wrong)
        {
            throw new CliException($"The model '{name}' cannot be asked: {wrong.Message}", wrong);
        }
    }

    // As a host of the same environment has it: Ganglion__Models__NAME__Provider, or else, for the one without a name, OLLAMA_MODEL and the like.
    private IChatClient OfHost(string name)
    {
        IChatClient? client = services.GetKeyedService<IChatClient>(name);
        return client is null ? throw new CliException($"Who has the model '{name}' is not known: {Remedy}.")
            : client.GetService<AbsentModel>() is not null ? throw new CliException($"There is no model to ask: {Remedy}.")
            : client;
    }

    /// <summary>Where a model would be.</summary>
    private sealed class AbsentModel : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

        public void Dispose()
        {
        }
    }
}
