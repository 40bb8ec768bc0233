using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.State;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.State;

/// <summary>A state that cannot be brought back: what needs it is parked, and nobody else waits for it.</summary>
public sealed class UnreadableStateTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_change_that_the_state_does_not_take_is_never_written_also_if_the_handler_goes_on()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With());
        await host.SayAsync("a", "one");

        await host.AppendAsync("say", "a", "\"two careless\"");
        await host.AppendAsync("say", "a", "\"unspeakable\"");

        List<(CloudEvent Event, Record Record)> letters = await host.ReadRecordsAsync("say.dlq", 2);
        letters.ShouldAllBe(letter => Header(letter.Record, "__dlq.errors.message").Contains("Nobody says that.", StringComparison.Ordinal));
        (await host.SayAsync("a", "three")).ShouldBe("one three");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_whose_state_has_a_change_that_the_type_does_not_know_is_parked_and_the_others_go_on()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With());
        await host.SayAsync("a", "one");
        await host.StopAsync();
        await AppendAsync(host, StateCodec.WriteChange(Envelope("2"), "a", 1, new StoredChange("turn-sung", "{}"u8.ToArray(), MediaType.Json), version: 2));

        await host.RunAsync(Chat.With());
        await host.AppendAsync("say", "a", "\"two\"");

        (await host.SayAsync("b", "other")).ShouldBe("other");
        (_, Record letter) = (await host.ReadRecordsAsync("say.dlq", 1))[0];
        Header(letter, "__dlq.errors.exception.class.name").ShouldBe("Ganglion.State.StateException");
        Header(letter, "__dlq.errors.message").ShouldContain("'turn-sung', which Conversation does not take");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_whose_state_has_a_gap_is_parked_rather_than_handled_with_less()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With());
        await host.SayAsync("a", "one");
        await host.StopAsync();
        await AppendAsync(host, StateCodec.WriteChange(Envelope("3"), "a", 2, Said("three"), version: 3));

        await host.RunAsync(Chat.With());
        await host.AppendAsync("say", "a", "\"four\"");

        (await host.SayAsync("b", "other")).ShouldBe("other");
        (_, Record letter) = (await host.ReadRecordsAsync("say.dlq", 1))[0];
        Header(letter, "__dlq.errors.message").ShouldContain("is at version 1, and the next of its changes, at chat.state-0@1, makes version 3");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("__state.version", "two", "is no number")]
    [InlineData("content-type", "application/xml", "is to be read as TurnSaid, but its data is 'application/xml'")]
    [InlineData("content-type", "application/json; version=9.0", "newer than 1.0")]
    public async Task An_event_whose_state_is_malformed_is_parked_and_the_others_go_on(string header, string value, string told)
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With());
        await host.SayAsync("a", "one");
        await host.StopAsync();
        Record change = StateCodec.WriteChange(Envelope("2"), "a", 1, Said("two"), version: 2);
        await AppendAsync(host, change with { Headers = change.Headers.With(new RecordHeader(header, value)) });

        await host.RunAsync(Chat.With());
        await host.AppendAsync("say", "a", "\"three\"");

        (await host.SayAsync("b", "other")).ShouldBe("other");
        (_, Record letter) = (await host.ReadRecordsAsync("say.dlq", 1))[0];
        Header(letter, "__dlq.errors.message").ShouldContain(told);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_record_that_nobody_here_has_written_is_passed_over()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With());
        await host.SayAsync("a", "one");
        await host.StopAsync();
        await AppendAsync(host, new Record(null, "without a key"u8.ToArray()));
        await AppendAsync(host, new Record((byte[])[(byte)'a', 0xFF, (byte)'x'], "in no slot"u8.ToArray()));

        await host.RunAsync(Chat.With());

        (await host.SayAsync("a", "two")).ShouldBe("one two");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_saved_state_can_be_loaded_over_one_that_cannot_be_read()
    {
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With());
        await host.SayAsync("a", "one", "two");
        await host.SayAsync("b", "good");
        await host.StopAsync();
        await AppendAsync(host, StateCodec.WriteChange(Envelope("4"), "a", 3, Said("four"), version: 4));
        await host.RunAsync(Chat.With());
        IAgentRuntime runtime = host.Host.Services.GetRequiredService<IAgentRuntime>();

        await runtime.LoadAgentStateAsync(
            new AgentId(new AgentType("chat"), "a"), await runtime.SaveAgentStateAsync(new AgentId(new AgentType("chat"), "b"), AgentTestHost.Timeout), AgentTestHost.Timeout);

        (await host.SayAsync("a", "again")).ShouldBe("good again");
        await host.StopAsync();
        await host.RunAsync(Chat.With());
        (await host.SayAsync("a", "look")).ShouldBe("good again");
    }

    private static StoredChange Said(string text) =>
        new("turn-said", Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}"""), "application/json; version=1.0");

    private static CloudEvent Envelope(string id) => new() { Id = id, Source = "/tests", Type = StateCodec.StateUpdated };

    private static string Header(in Record record, string name) =>
        record.Headers.TryGet(Encoding.UTF8.GetBytes(name), out ReadOnlyMemory<byte> value) ? Encoding.UTF8.GetString(value.Span) : "";

    private static async Task AppendAsync(AgentTestHost host, Record record)
    {
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout);
        await producer.AppendAsync(new ProducerRecord("chat.state", record, 0), AgentTestHost.Timeout);
    }
}
