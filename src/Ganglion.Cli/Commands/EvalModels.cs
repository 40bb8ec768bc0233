using Ganglion.Models.Ollama;
using Ganglion.Models.OpenAI;
using Ganglion.Testing.Evaluations;
using Microsoft.Extensions.AI;

namespace Ganglion.Cli.Commands;

/// <summary>The models of an evaluation, by name: asked, recorded, or played from a recording.</summary>
/// <param name="defaultName">The model of those that name none.</param>
/// <param name="recording">The recording, if there is one.</param>
internal sealed class EvalModels(string? defaultName, ModelRecording? recording) : IDisposable
{
    private const string Unnamed = "default";
    private const string Remedy = "set OLLAMA_MODEL, or OPENAI_API_KEY and OPENAI_MODEL, or name --model ollama:MODEL or openai:MODEL; or play a recording with --recorded FILE";

    private readonly Dictionary<string, IChatClient> _clients = new(StringComparer.Ordinal);

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

    private static IChatClient Create(string name)
    {
        string[] parts = name.Split(':', 2);
        try
        {
            return parts switch
            {
                ["ollama", var model] => new OllamaChatClient(new OllamaOptions { Model = model }),
                ["openai", var model] => new OpenAIChatClient(new OpenAIOptions { Model = model }),
                [Unnamed] when IsSet("OLLAMA_MODEL") || IsSet("OLLAMA_BASE_URL") => new OllamaChatClient(),
                [Unnamed] when IsSet("OPENAI_API_KEY") || IsSet("OPENAI_BASE_URL") => new OpenAIChatClient(),
                [Unnamed] => throw new CliException($"There is no model to ask: {Remedy}."),
                _ => throw new CliException($"Who has the model '{name}' is not known: {Remedy}."),
            };
        }
        catch (ArgumentException wrong)
        {
            throw new CliException($"The model '{name}' cannot be asked: {wrong.Message}", wrong);
        }
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
