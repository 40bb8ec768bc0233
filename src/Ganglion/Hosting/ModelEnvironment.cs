using Ganglion.Models.Ollama;
using Ganglion.Models.OpenAI;
using Microsoft.Extensions.Configuration;

namespace Ganglion.Hosting;

/// <summary>The variables that say which model there is. The configuration of a host has those of the environment, and may have them from elsewhere.</summary>
internal sealed class ModelEnvironment(IConfiguration? configuration)
{
    private const string OllamaAddress = "OLLAMA_BASE_URL";
    private const string OllamaModel = "OLLAMA_MODEL";
    private const string OpenAIAddress = "OPENAI_BASE_URL";
    private const string OpenAIKey = "OPENAI_API_KEY";
    private const string OpenAIModel = "OPENAI_MODEL";

    /// <summary>Who answers; null: the factory of the model.</summary>
    public string? ProviderOf(ModelDefinition model) => model.Provider != ModelDefinition.Environment ? model.Provider
        : (Value(OllamaModel) ?? Value(OllamaAddress)) is not null ? OllamaChatClient.Provider
        : (Value(OpenAIKey) ?? Value(OpenAIAddress)) is not null ? OpenAIChatClient.Provider
        : null;

    public OllamaOptions OllamaOf(ModelDefinition model, TimeProvider time)
    {
        var options = new OllamaOptions { TimeProvider = time };
        options.Endpoint = Value(OllamaAddress) ?? options.Endpoint;
        options.Model = Value(OllamaModel) ?? options.Model;
        model.Ollama.ForEach(configure => configure(options));
        return options;
    }

    public OpenAIOptions OpenAIOf(ModelDefinition model, TimeProvider time)
    {
        var options = new OpenAIOptions { TimeProvider = time };
        options.Endpoint = Value(OpenAIAddress) ?? options.Endpoint;
        options.ApiKey = Value(OpenAIKey) ?? options.ApiKey;
        options.Model = Value(OpenAIModel) ?? options.Model;
        model.OpenAI.ForEach(configure => configure(options));
        return options;
    }

    /// <summary>Says what is wrong with who is to answer.</summary>
    public void Check(ModelDefinition model, List<string> faults)
    {
        try
        {
            switch (ProviderOf(model))
            {
                case OllamaChatClient.Provider:
                    OllamaOptions ollama = OllamaOf(model, TimeProvider.System);
                    new OllamaChatClient(ollama).Dispose();
                    CheckModel(ollama.Model, OllamaModel);
                    break;
                case OpenAIChatClient.Provider:
                    OpenAIOptions openAI = OpenAIOf(model, TimeProvider.System);
                    new OpenAIChatClient(openAI).Dispose();
                    CheckModel(openAI.Model, OpenAIModel);
                    break;
            }
        }
        catch (ArgumentException exception)
        {
            faults.Add($"The model {model.Name}: {exception.Message}");
        }

        void CheckModel(string? known, string variable)
        {
            if (known is null)
            {
                faults.Add($"The model {model.Name} has a provider, and it is not said which model of it: set {ModelSection.Name}:{model.Name}:Model, or {variable}.");
            }
        }
    }

    private string? Value(string name) => (configuration?[name] ?? Environment.GetEnvironmentVariable(name)) is { Length: > 0 } value ? value : null;
}
