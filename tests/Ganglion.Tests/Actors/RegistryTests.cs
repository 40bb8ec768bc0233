using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Registry;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Actors;

/// <summary>Who hosts what, over several hosts on one broker.</summary>
public sealed class RegistryTests
{
    private readonly ManualTime _time = new();

    [Agent("translator", Version = "2.10", Description = "Translates.", Capabilities = ["translate", "detect"])]
    public sealed class Translator : Agent
    {
        [OnRequest("translate")]
        public string Translate(string text) => text;
    }

    private static CancellationToken Timeout => AgentTestHost.Timeout;

    private static AgentId Someone { get; } = new(new AgentType("translator"), "a");

    private static IAgentRuntime RuntimeOf(IHost host) => host.Services.GetRequiredService<IAgentRuntime>();

    [Fact(Timeout = 60_000)]
    public async Task Every_process_knows_what_is_hosted_and_finds_it_by_capability()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent<Translator>());
        await host.RunAsync(ganglion => ganglion
            .AddAgent("translator", agent => agent.Describe("2.9", null, "translate").OnRequest("translate", (string text) => text))
            .AddAgent("writer", agent => agent.On("letters", (AgentContext _) => { })));
        IAgentRuntime runtime = RuntimeOf(await host.RunAsync(_ => { }));

        IReadOnlyList<AgentMetadata> all = await runtime.ListAgentsAsync(cancellationToken: Timeout);
        all.Select(agent => $"{agent.Type} {agent.Version}").ShouldBe(["translator 2.10", "translator 2.9", "writer "]);
        (await runtime.ListAgentsAsync("detect", Timeout)).ShouldHaveSingleItem().Hosts.Count.ShouldBe(1);
        (await runtime.ListAgentsAsync("fly", Timeout)).ShouldBeEmpty();
        AgentMetadata found = (await runtime.GetAgentMetadataAsync(new AgentType("translator"), Timeout)).ShouldNotBeNull();
        found.Version.ShouldBe("2.10");
        found.Description.ShouldBe("Translates.");
        found.Capabilities.ShouldBe(["translate", "detect"]);
        found.Handles.ShouldBe(["translate"]);
        (await runtime.GetAgentMetadataAsync(new AgentType("nobody"), Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_that_stops_takes_its_entries_along()
    {
        await using var host = new AgentTestHost();
        IAgentRuntime runtime = RuntimeOf(await host.RunAsync(_ => { }));
        await host.RunAsync(ganglion => ganglion.AddAgent<Translator>());
        await runtime.SendMessageAsync<string>("x", Someone, "translate", cancellationToken: Timeout);

        await host.StopAsync();

        (await runtime.ListAgentsAsync(cancellationToken: Timeout)).ShouldBeEmpty();
        await Should.ThrowAsync<UndeliverableException>(
            () => runtime.SendMessageAsync<string>("x", Someone, "translate", cancellationToken: Timeout).AsTask());
    }

    [Fact(Timeout = 60_000)]
    public async Task The_entries_of_a_dead_host_expire_and_those_of_one_that_lives_do_not()
    {
        await using var host = new AgentTestHost();
        IAgentRuntime runtime = RuntimeOf(await host.RunAsync(_ => { }, _time));
        await host.RunAsync(ganglion => ganglion.AddAgent("living", agent => agent.OnRequest("ask", () => "here")), _time);
        await AnnounceAsync(host, "dead-host", "translator", _time.GetUtcNow() + AgentRegistry.Expiry);
        (await runtime.ListAgentsAsync(cancellationToken: Timeout)).Select(agent => agent.Type.Name).ShouldBe(["living", "translator"]);

        for (TimeSpan passed = TimeSpan.Zero; passed < AgentRegistry.Expiry; passed += AgentRegistry.Heartbeat)
        {
            _time.Advance(AgentRegistry.Heartbeat);
            await WhenAnnouncedAsync(host, "living", _time.GetUtcNow() + AgentRegistry.Expiry);
        }

        (await runtime.ListAgentsAsync(cancellationToken: Timeout)).ShouldHaveSingleItem().Type.Name.ShouldBe("living");
        await Should.ThrowAsync<UndeliverableException>(
            () => runtime.SendMessageAsync<string>("x", Someone, "translate", cancellationToken: Timeout).AsTask());
        (await runtime.SendMessageAsync<string>("x", new AgentId(new AgentType("living"), "a"), "ask", cancellationToken: Timeout)).ShouldBe("here");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_clock_that_is_set_makes_no_host_dead_and_none_live_for_ever()
    {
        await using var host = new AgentTestHost();
        IAgentRuntime runtime = RuntimeOf(await host.RunAsync(_ => { }, _time));
        await host.RunAsync(ganglion => ganglion.AddAgent<Translator>(), _time);
        await AnnounceAsync(host, "dead-host", "other", _time.GetUtcNow() + AgentRegistry.Expiry);
        (await NamesAsync()).ShouldBe(["other", "translator"]);

        _time.Set(TimeSpan.FromHours(2));
        (await NamesAsync()).ShouldBe(["other", "translator"]);
        (await runtime.SendMessageAsync<string>("x", Someone, "translate", cancellationToken: Timeout)).ShouldBe("x");

        // What the hosts had announced when the clock was late says that they live for hours.
        _time.Set(TimeSpan.FromHours(-5));
        await AnnounceAsync(host, "dead-host", "other", _time.GetUtcNow() + TimeSpan.FromHours(5));
        for (TimeSpan passed = TimeSpan.Zero; passed < AgentRegistry.Expiry; passed += AgentRegistry.Heartbeat)
        {
            (await NamesAsync()).ShouldBe(["other", "translator"]);
            _time.Advance(AgentRegistry.Heartbeat);
            await WhenAnnouncedAsync(host, "translator", _time.GetUtcNow() + AgentRegistry.Expiry);
        }

        (await NamesAsync()).ShouldBe(["translator"]);

        async Task<IEnumerable<string>> NamesAsync() =>
            (await runtime.ListAgentsAsync(cancellationToken: Timeout)).Select(agent => agent.Type.Name);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_has_been_dead_for_long_is_removed_by_those_who_live()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent<Translator>(), _time);
        await AnnounceAsync(host, "dead-host", "other", _time.GetUtcNow() - TimeSpan.FromHours(1));

        _time.Advance(AgentRegistry.Heartbeat);

        await WhenRecordAsync(host, record => record.Value is null && KeyOf(record) == "dead-host");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_no_entry_of_the_registry_is_passed_over()
    {
        await using var host = new AgentTestHost();
        await host.RunAsync(ganglion => ganglion.AddAgent<Translator>());
        await host.AppendAsync(AgentRegistry.Topic, "foreign", "{}", partition: 0);
        await host.AppendAsync(AgentRegistry.Topic, null, "?", partition: 0);
        await AppendAsync(host, "broken", new CloudEvent(AgentRegistry.Announced, "/test", _time) { Data = "nonsense"u8.ToArray() });
        await AppendAsync(host, "empty", new CloudEvent(AgentRegistry.Announced, "/test", _time) { Data = "{}"u8.ToArray() });

        (await RuntimeOf(host.Host).ListAgentsAsync(cancellationToken: Timeout)).ShouldHaveSingleItem().Type.Name.ShouldBe("translator");
    }

    private static string KeyOf(Record record) => Encoding.UTF8.GetString(record.Key!.Value.Span);

    private static Task AnnounceAsync(AgentTestHost host, string name, string agent, DateTimeOffset expires) => AppendAsync(
        host,
        name,
        new CloudEvent(AgentRegistry.Announced, "/test", TimeProvider.System)
        {
            DataContentType = "application/json",
            Data = Encoding.UTF8.GetBytes(
                $$"""{"host":"{{name}}","expires":"{{expires:O}}","agents":[{"agent":"{{agent}}","capabilities":[],"handles":[]}]}"""),
        });

    private static async Task AppendAsync(AgentTestHost host, string key, CloudEvent @event)
    {
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: Timeout);
        await producer.AppendAsync(new ProducerRecord(AgentRegistry.Topic, EventCodec.Encode(@event, Encoding.UTF8.GetBytes(key)), 0), Timeout);
    }

    private static Task WhenAnnouncedAsync(AgentTestHost host, string agent, DateTimeOffset expires) => WhenRecordAsync(
        host,
        record => record.Value is { } value && Encoding.UTF8.GetString(value.Span) is var text
            && text.Contains(agent, StringComparison.Ordinal) && text.Contains($"{expires:yyyy-MM-ddTHH:mm:ss}", StringComparison.Ordinal));

    private static async Task WhenRecordAsync(AgentTestHost host, Func<Record, bool> isIt)
    {
        await using IEventReader reader = await host.Broker.CreateReaderAsync(
            new ReaderOptions
            {
                From = new Dictionary<TopicPartition, OffsetPosition> { [new TopicPartition(AgentRegistry.Topic, 0)] = OffsetPosition.Earliest },
            },
            Timeout);
        while (!(await reader.ReadAsync(Timeout)).Records.Any(record => isIt(record.Record)))
        {
            // It is to come.
        }
    }
}
