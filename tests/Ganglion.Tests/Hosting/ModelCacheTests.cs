using Ganglion.Brokers;
using Ganglion.Hosting;
using Ganglion.Models;
using Ganglion.Models.Caching;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Hosting;

public sealed class ModelCacheTests
{
    private static readonly ChatOptions Steady = new() { Temperature = 0 };

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Theory(Timeout = 20_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_with_a_cache_is_not_asked_twice_whether_code_or_configuration_says_so(bool isCode)
    {
        int calls = 0;
        await using ServiceProvider services = Services(
            model => _ = isCode ? model.UseScripted(Rules()).WithCache() : model.UseScripted(Rules()),
            isCode ? [] : new() { ["Ganglion:Models:a:Cache"] = "true", ["Ganglion:Models:a:CacheMaxAge"] = "00:10:00", ["Ganglion:ModelCache:Topic"] = "answers" });
        IChatClient model = services.GetRequiredService<IChatClient>();

        await model.GetResponseAsync("hello", Steady, Timeout);
        ChatResponse second = await model.GetResponseAsync("hello", Steady, Timeout);

        (calls, second.Text, second.AdditionalProperties![CachedChatClient.CachedProperty]).ShouldBe((1, "world", true));
        await services.GetRequiredService<ModelCache>().DisposeAsync();
        (await services.GetRequiredService<IEventBroker>().Topics.FindAsync(isCode ? "ganglion.models.cache" : "answers", Timeout)).ShouldNotBeNull();

        ScriptedRule[] Rules() => [new ScriptedRule(_ =>
        {
            calls++;
            return "world";
        })];
    }

    [Fact(Timeout = 20_000)]
    public async Task The_configuration_may_turn_it_off()
    {
        int calls = 0;
        await using ServiceProvider services = Services(
            model => model.UseScripted([new ScriptedRule(_ => $"{++calls}")]).WithCache(), new() { ["Ganglion:Models:a:Cache"] = "false" });
        IChatClient model = services.GetRequiredService<IChatClient>();

        await model.GetResponseAsync("hello", Steady, Timeout);

        (await model.GetResponseAsync("hello", Steady, Timeout)).Text.ShouldBe("2");
    }

    [Theory(Timeout = 20_000)]
    [InlineData("Ganglion:ModelCache:MemoryBytes", "-1")]
    [InlineData("Ganglion:ModelCache:Memory", "1")]
    [InlineData("Ganglion:ModelCache:Retention", "7")]
    [InlineData("Ganglion:Models:a:CacheMaxAge", "00:00:00")]
    [InlineData("Ganglion:Models:a:Cache", "maybe")]
    public async Task What_cannot_be_is_refused(string setting, string value)
    {
        await using ServiceProvider services = Services(model => model.UseScripted([]).WithCache(), new() { [setting] = value });

        Should.Throw<ModelSettingsException>(() => services.GetRequiredService<IChatClient>()).Message.ShouldContain(setting.Split(':')[1]);
    }

    private static ServiceProvider Services(Action<ModelBuilder> configure, Dictionary<string, string?> settings) => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
        .AddGanglion(ganglion => ganglion.UseVolatileBroker().AddModel("a", configure))
        .BuildServiceProvider();
}
