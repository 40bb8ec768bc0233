using System.Collections.Concurrent;
using Ganglion.Brokers.Embedded;
using Ganglion.Hosting;
using Ganglion.Models;
using Ganglion.Tests.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Hosting;

public sealed class ModelTests : IDisposable
{
    private static readonly ScriptedRule[] Rules = [new ScriptedRule("hello", "world")];

    private readonly LogLines _log = new();

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    [Fact(Timeout = 20_000)]
    public async Task Models_are_clients_by_their_names_and_the_first_is_the_one_without()
    {
        await using ServiceProvider services = Services(ganglion => ganglion
            .AddModel("quick", model => model.UseScripted(Rules))
            .AddModel("large", model => model.UseOpenAI(openAI => (openAI.Endpoint, openAI.Model) = ("http://localhost:1/v1", "gpt"))));

        services.GetRequiredService<IChatClient>().ShouldBeSameAs(services.GetRequiredKeyedService<IChatClient>("quick"));
        services.GetKeyedService<IChatClient>("other").ShouldBeNull();
        (await services.GetRequiredService<IChatClient>().GetResponseAsync("hello", cancellationToken: Timeout)).Text.ShouldBe("world");
        Metadata(services, "large").ShouldBe(("openai", "gpt", "http://localhost:1/v1"));
    }

    [Fact(Timeout = 20_000)]
    public async Task The_model_called_default_is_the_one_without_a_key()
    {
        await using ServiceProvider services = Services(ganglion => ganglion.AddModel("quick", model => model.UseScripted(Rules)).AddModel("default", model => model.UseScripted(Rules)));

        services.GetRequiredService<IChatClient>().ShouldBeSameAs(services.GetRequiredKeyedService<IChatClient>("default"));
    }

    [Fact(Timeout = 20_000)]
    public async Task The_configuration_comes_after_the_code()
    {
        await using ServiceProvider services = Services(
            ganglion => ganglion.AddModel("a", model => model.UseOllama(ollama => ollama.Model = "llama3.2")).AddModel("b").AddModel("c", model => model.UseScripted(Rules)),
            new()
            {
                ["Ganglion:Models:a:Endpoint"] = "gpu:11434",
                ["Ganglion:Models:a:KeepAlive"] = "01:00:00",
                ["Ganglion:Models:b:Provider"] = "OpenAI",
                ["Ganglion:Models:b:Model"] = "gpt-4o-mini",
                ["Ganglion:Models:b:Endpoint"] = "https://models.example",
                ["Ganglion:Models:b:ApiKey"] = "sk-1",
                ["Ganglion:Models:b:Retries"] = "2",
                ["Ganglion:Models:b:Fallback:0"] = "a",
                ["Ganglion:Models:b:Fallback:1"] = "c",
                ["Ganglion:Models:b:Budget"] = "true",
                ["Ganglion:Models:c:Provider"] = "ollama",
                ["Ganglion:Models:c:Model"] = "qwen3",
                ["Ganglion:Models:c:Endpoint"] = "http://localhost:2",
            });

        Metadata(services, "a").ShouldBe(("ollama", "llama3.2", "http://gpu:11434/"));
        Metadata(services, "b").ShouldBe(("openai", "gpt-4o-mini", "https://models.example/v1"));
        Metadata(services, "c").ShouldBe(("ollama", "qwen3", "http://localhost:2/"));
        IChatClient second = services.GetRequiredKeyedService<IChatClient>("b");
        second.ShouldBeOfType<FallbackChatClient>();
        second.GetService<RetryingChatClient>().ShouldNotBeNull();
        second.GetService<BudgetedChatClient>().ShouldNotBeNull();
        second.GetService<TelemetryChatClient>().ShouldNotBeNull();
        services.GetRequiredKeyedService<IChatClient>("a").GetService<RetryingChatClient>().ShouldBeNull();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_configuration_that_only_says_which_models_answer_otherwise_is_understood()
    {
        await using ServiceProvider services = Services(
            ganglion => ganglion.AddModel("m:8b", model => model.Use(new ScriptedClient(new ModelProviderException(ModelFault.Unreachable, "no")))).AddModel("n", model => model.UseScripted(Rules)),
            new() { ["Ganglion:Models:m:8b:Fallback:0"] = "n" });

        (await services.GetRequiredService<IChatClient>().GetResponseAsync("hello", cancellationToken: Timeout)).Text.ShouldBe("world");
    }

    [Fact(Timeout = 20_000)]
    public void All_that_is_wrong_is_told_at_once()
    {
        using ServiceProvider services = Services(
            ganglion => ganglion
                .AddModel("nobody")
                .AddModel("unnamed", model => model.UseOpenAI(openAI => openAI.Model = null))
                .AddModel("nowhere", model => model.UseOllama(ollama => (ollama.Model, ollama.Endpoint) = ("m", "ftp://x")))
                .AddModel("round", model => model.UseScripted(Rules).WithFallback("about"))
                .AddModel("about", model => model.UseScripted(Rules).WithFallback("round", "gone"))
                .AddModel("own", model => model.UseScripted(Rules))
                .AddModel("ours", model => model.UseOllama(ollama => ollama.Model = "m")),
            new()
            {
                ["Ganglion:Models:strange:Model"] = "m",
                ["Ganglion:Models:own:Model"] = "m",
                ["Ganglion:Models:ours:ApiKey"] = "sk-secret",
                ["Ganglion:Models:ours:Endpoint"] = "http://me:secret@x",
                ["Ganglion:Models:ours:Retries"] = "many",
                ["Ganglion:Models:ours:Provder"] = "ollama",
            });

        ModelSettingsException wrong = Should.Throw<ModelSettingsException>(() => services.GetRequiredService<IChatClient>());

        wrong.Code.ShouldBe("model-settings-invalid");
        foreach (string fault in new[]
        {
            "The model nobody has nobody who answers",
            "The model unnamed has a provider, and it is not said which model of it: set Ganglion:Models:unnamed:Model, or OPENAI_MODEL.",
            "The model nowhere: The endpoint is no address",
            "The model round falls back to itself",
            "The model about falls back to gone",
            "Ganglion:Models:strange is of a model that the host does not have",
            "Ganglion:Models:own:Provider is not set",
            "Ganglion:Models:ours:ApiKey is only for the provider openai",
            "Ganglion:Models:ours:Endpoint is no address",
            "Ganglion:Models:ours:Retries is 'many': set a number from 0 to 100.",
            "Ganglion:Models:ours:Provder means nothing",
        })
        {
            wrong.Message.ShouldContain(fault);
        }

        wrong.Message.ShouldNotContain("secret");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_host_whose_models_cannot_be_does_not_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddGanglion(ganglion => ganglion.UseBroker(EmbeddedBroker.CreateVolatile()).AddModel("nobody"));
        using IHost host = builder.Build();

        await Should.ThrowAsync<ModelSettingsException>(() => host.StartAsync(Timeout));
    }

    [Theory(Timeout = 20_000)]
    [InlineData("", "scripted", "script")]
    [InlineData("OLLAMA_MODEL=llama3.2", "ollama", "llama3.2")]
    [InlineData("OLLAMA_BASE_URL=http://gpu:1;OLLAMA_MODEL=m;OPENAI_API_KEY=sk-1;OPENAI_MODEL=gpt", "ollama", "m")]
    [InlineData("OPENAI_API_KEY=sk-1;OPENAI_MODEL=gpt", "openai", "gpt")]
    [InlineData("OPENAI_BASE_URL=http://vllm/v1;OPENAI_MODEL=gpt", "openai", "gpt")]
    public async Task The_environment_says_who_answers_and_a_script_says_that_it_is_one(string variables, string provider, string model)
    {
        await using ServiceProvider services = Services(
            ganglion => ganglion.AddModel("m", model => model.UseEnvironment(new ScriptedChatClient("script", Rules))),
            variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => (string?)pair[1]));

        (string? provider, string? model, string?) who = Metadata(services, "m");

        (who.provider, who.model).ShouldBe((provider, model));
        (LogLevel level, string line) = _log.Lines.ShouldHaveSingleItem();
        level.ShouldBe(provider == "scripted" ? LogLevel.Warning : LogLevel.Information);
        line.ShouldContain(provider == "scripted" ? "is a script, not a language model" : $"is of {provider}: {model} at http");
        line.ShouldNotContain("sk-1");
    }

    [Fact(Timeout = 20_000)]
    public async Task What_is_around_a_model_is_in_the_right_order_whatever_the_order_in_which_it_is_said()
    {
        await using ServiceProvider services = Services(ganglion => ganglion
            .AddModel("a", model => model
                .With((inner, _) => new Marked(inner))
                .WithFallback("b")
                .WithRetries(new RetryingChatOptions { Retries = 1, Delay = TimeSpan.Zero })
                .WithBudget()
                .Use(new ScriptedClient(new ModelProviderException(ModelFault.Overloaded, "no"))))
            .AddModel("b", model => model.UseScripted(Rules)));

        IChatClient client = services.GetRequiredService<IChatClient>();

        Marked marked = client.ShouldBeOfType<Marked>();
        var chain = marked.Inner.ShouldBeOfType<FallbackChatClient>();
        Inner(chain.GetService<RetryingChatClient>()!).ShouldBeOfType<BudgetedChatClient>();
        Inner(chain.GetService<BudgetedChatClient>()!).ShouldBeOfType<TelemetryChatClient>();
        Inner(chain.GetService<TelemetryChatClient>()!).ShouldBeOfType<ScriptedClient>();

        static IChatClient Inner(DelegatingChatClient client) =>
            (IChatClient)typeof(DelegatingChatClient).GetProperty("InnerClient", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(client)!;
    }

    [Fact(Timeout = 20_000)]
    public async Task A_model_that_is_overloaded_is_asked_again_and_then_another()
    {
        var first = new ScriptedClient(new ModelProviderException(ModelFault.Overloaded, "no"));
        var second = new ScriptedClient("yes");
        ServiceProvider services = Services(ganglion => ganglion
            .AddModel("a", model => model.Use(first).WithRetries(new RetryingChatOptions { Retries = 2, Delay = TimeSpan.Zero }).WithFallback("b"))
            .AddModel("b", model => model.Use(second)));
        await using (services)
        {
            (await services.GetRequiredService<IChatClient>().GetResponseAsync("?", cancellationToken: Timeout)).Text.ShouldBe("yes");
            services.GetRequiredKeyedService<IChatClient>("a").ShouldNotBeNull();
            first.Calls.Count.ShouldBe(3);
            first.IsDisposed.ShouldBeFalse();
        }

        first.IsDisposed.ShouldBeTrue();
        second.IsDisposed.ShouldBeTrue();
    }

    private ServiceProvider Services(Action<GanglionBuilder> configure, Dictionary<string, string?>? settings = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(_log));
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings ?? []).Build());
        services.AddGanglion(ganglion => configure(ganglion.UseBroker(EmbeddedBroker.CreateVolatile())));
        return services.BuildServiceProvider();
    }

    private static (string?, string?, string?) Metadata(IServiceProvider services, string model)
    {
        var metadata = services.GetRequiredKeyedService<IChatClient>(model).GetService<ChatClientMetadata>()!;
        return (metadata.ProviderName, metadata.DefaultModelId, metadata.ProviderUri?.ToString());
    }

    private sealed class Marked(IChatClient inner) : DelegatingChatClient(inner)
    {
        public IChatClient Inner => InnerClient;
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, string Line)> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue((logLevel, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
