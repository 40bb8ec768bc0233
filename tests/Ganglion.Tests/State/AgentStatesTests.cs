using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Hosting;
using Ganglion.State;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.State;

public sealed class AgentStatesTests
{
    [Fact(Timeout = 60_000)]
    public async Task The_state_of_an_instance_is_found_now_at_any_offset_and_at_any_time()
    {
        var time = new ManualTime();
        await using var host = new AgentTestHost();
        await host.RunAsync(Chat.With(), time);
        DateTimeOffset begin = time.GetUtcNow();
        foreach (string script in (string[])["one", "two", "set", "three", "clear", "four"])
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await host.SayAsync("a", script);
            await host.SayAsync("b", script);
        }

        AgentStates states = host.Host.Services.GetRequiredService<AgentStates>();
        (await ShowAsync(states, "a")).ShouldBe("four");
        string[] atMinutes = ["nothing", "one", "one two", "set", "set three", "nothing", "four"];
        for (int minute = 0; minute < atMinutes.Length; minute++)
        {
            (await ShowAsync(states, "a", OffsetPosition.Since(begin.AddMinutes(minute)))).ShouldBe(atMinutes[minute]);
        }

        List<AgentStateChange> history = await states.ReadHistoryAsync(Id("a"), AgentTestHost.Timeout).ToListAsync(AgentTestHost.Timeout);
        history.Select(change => $"{change.Version} {change.Kind} {change.Name} {change.Missing}").ShouldBe(
            ["1 Changed turn-said 0", "2 Changed turn-said 0", "3 Set  0", "4 Changed turn-said 0", "5 Cleared  0", "1 Changed turn-said 0"]);
        history.Select(change => change.Event.Time).ShouldBe(Enumerable.Range(1, 6).Select(minute => (DateTimeOffset?)begin.AddMinutes(minute)));
        history.ShouldAllBe(change => change.Event.CausationId!.StartsWith("say-0@", StringComparison.Ordinal));
        for (int i = 0; i < history.Count; i++)
        {
            (await ShowAsync(states, "a", OffsetPosition.At(history[i].Position.Offset))).ShouldBe(atMinutes[i + 1]);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task What_compaction_has_removed_is_reported_and_not_guessed_at()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With(options => options.StateHistory = TimeSpan.Zero));
        await host.SayAsync("a", "one", "two", "set", "three");
        await host.CompactAsync();

        var states = new AgentStates(host.Broker);
        (await ShowAsync(states, "a")).ShouldBe("set three");
        foreach (long offset in (long[])[0, 1])
        {
            (await Should.ThrowAsync<StateException>(() => ShowAsync(states, "a", OffsetPosition.At(offset)))).Code.ShouldBe("state-history-gone");
        }

        (await ShowAsync(states, "a", OffsetPosition.At(2))).ShouldBe("set");
        AgentStateChange first = await states.ReadHistoryAsync(Id("a"), AgentTestHost.Timeout).FirstAsync(AgentTestHost.Timeout);
        (first.Version, first.Missing).ShouldBe((2, 1));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_superseded_is_kept_as_long_as_the_history_is_to_last()
    {
        var time = new ManualTime();
        await using var host = new AgentTestHost();
        await host.RunAsync(Chat.With(options => options.StateHistory = TimeSpan.FromDays(7)), time);
        await host.SayAsync("a", "set one", "set two");
        AgentStates states = host.Host.Services.GetRequiredService<AgentStates>();

        await host.CompactAsync(now: time.GetUtcNow().AddDays(6));
        (await ShowAsync(states, "a", OffsetPosition.At(1))).ShouldBe("set one");

        await host.CompactAsync(now: time.GetUtcNow().AddDays(8));
        (await Should.ThrowAsync<StateException>(() => ShowAsync(states, "a", OffsetPosition.At(1)))).Code.ShouldBe("state-history-gone");
        (await ShowAsync(states, "a")).ShouldBe("set two");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_agent_that_has_never_run_and_an_instance_that_remembers_nothing_are_told_apart()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With());
        var states = new AgentStates(host.Broker);

        (await states.FindAsync(Id("nobody"), cancellationToken: AgentTestHost.Timeout)).ShouldBeNull();
        (await Should.ThrowAsync<TopicException>(
            () => states.FindAsync(new AgentId(new AgentType("unknown"), "a"), cancellationToken: AgentTestHost.Timeout).AsTask())).Code.ShouldBe("topic-not-found");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_states_of_all_instances_are_exported_and_imported_and_that_may_be_repeated()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion =>
        {
            Chat.With()(ganglion);
            ganglion.AddAgent("copy", agent => agent.On<string>("look", (_, context) => context.Publish("seen", context.GetState<Conversation>()!.Turns)));
        });
        string[] keys = ["a", "b/ü", "", "gone", .. Enumerable.Range(0, 200).Select(i => $"many-{i}")];
        foreach (string key in keys)
        {
            await host.SayAsync(key, "set ü", "three");
        }

        await host.SayAsync("gone", "clear");
        await host.SayAsync("only changed", "one", "two");
        AgentStates states = host.Host.Services.GetRequiredService<AgentStates>();
        IAgentRuntime runtime = host.Host.Services.GetRequiredService<IAgentRuntime>();
        List<JsonElement> exported = await ExportAsync(states, "chat");
        var reports = new Reports();

        AgentStateImport first = await runtime.ImportAgentStatesAsync(
            new AgentType("copy"), exported.ToAsyncEnumerable(), progress: reports, cancellationToken: AgentTestHost.Timeout);
        AgentStateImport again = await runtime.ImportAgentStatesAsync(new AgentType("copy"), exported.ToAsyncEnumerable(), cancellationToken: AgentTestHost.Timeout);
        AgentStateImport same = await runtime.ImportAgentStatesAsync(new AgentType("chat"), exported.ToAsyncEnumerable(), cancellationToken: AgentTestHost.Timeout);
        await host.SayAsync("a", "four");
        AgentStateImport other = await runtime.ImportAgentStatesAsync(new AgentType("chat"), exported.ToAsyncEnumerable(), cancellationToken: AgentTestHost.Timeout);

        exported.Count.ShouldBe(keys.Length);
        (first.Imported, first.Unchanged, first.Refused.Count).ShouldBe((exported.Count, 0, 0));
        reports.Count.ShouldBe(exported.Count / 100);
        (again.Imported, again.Unchanged).ShouldBe((0, exported.Count));
        (same.Imported, same.Unchanged).ShouldBe((0, exported.Count));
        other.Refused.ShouldBe(["a"]);
        (await ShowAsync(states, "a")).ShouldBe("set ü three four");
        (await ExportAsync(states, "copy")).Select(DataOf).Order(StringComparer.Ordinal).ShouldBe(exported.Select(DataOf).Order(StringComparer.Ordinal));
        await runtime.ImportAgentStatesAsync(new AgentType("chat"), exported.ToAsyncEnumerable(), overwrite: true, cancellationToken: AgentTestHost.Timeout);
        (await ShowAsync(states, "a")).ShouldBe("set ü three");
    }

    private static string DataOf(JsonElement line) => string.Join(
        ' ', ((string[])["key", "contenttype", "data", "changes"]).Select(name => line.TryGetProperty(name, out JsonElement value) ? value.GetRawText() : "none"));

    private static async Task<List<JsonElement>> ExportAsync(AgentStates states, string agent)
    {
        var lines = new List<JsonElement>();
        await foreach (AgentState state in states.ReadAllAsync(new AgentType(agent), AgentTestHost.Timeout))
        {
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer))
            {
                state.WriteTo(writer);
            }

            using JsonDocument document = JsonDocument.Parse(buffer.ToArray());
            lines.Add(document.RootElement.Clone());
        }

        return lines;
    }

    private static AgentId Id(string key) => new(new AgentType("chat"), key);

    private static async Task<string> ShowAsync(AgentStates states, string key, OffsetPosition? at = null) =>
        await states.FindAsync(Id(key), at, AgentTestHost.Timeout) is { } state ? string.Join(' ', state.Read<Conversation>().Turns) : "nothing";

    private sealed class Reports : IProgress<AgentStateImport>
    {
        private int _count;

        public int Count => _count;

        public void Report(AgentStateImport value) => Interlocked.Increment(ref _count);
    }
}
