using System.Text;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Tests.Runtime;

namespace Ganglion.Tests.State;

/// <summary>What earlier versions have written is read, and goes on. The files are never written again: see their README.</summary>
public sealed class GoldenStateTests
{
    [Fact(Timeout = 60_000)]
    public async Task Whole_values_from_before_there_were_versions_are_read()
    {
        await using var host = new AgentTestHost();
        await AppendAsync(host, "whole-values.jsonl");
        await host.RunAsync(Chat.With());

        (await host.SayAsync("a", "look")).ShouldBe("one two");
        (await host.SayAsync("b", "look")).ShouldBe("nothing");
        (await host.SayAsync("a", "three", "four")).ShouldBe("one two three four");
        await host.StopAsync();
        await host.RunAsync(Chat.With());
        (await host.SayAsync("a", "look")).ShouldBe("one two three four");
    }

    [Fact(Timeout = 60_000)]
    public async Task Changes_snapshots_and_clearings_are_read()
    {
        await using var host = new AgentTestHost();
        await AppendAsync(host, "changes.jsonl");
        await host.RunAsync(Chat.With());

        (await host.SayAsync("changed", "look")).ShouldBe("one two");
        (await host.SayAsync("set", "look")).ShouldBe("set one");
        (await host.SayAsync("cleared", "look")).ShouldBe("nothing");
        (await host.SayAsync("begun anew", "look")).ShouldBe("two");
        (await host.SayAsync("snapshot", "forget forget forget forget forget forget forget forget")).ShouldBe("nine ten");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handler_that_waits_sees_what_it_saw_and_goes_on()
    {
        var time = new ManualTime();
        await using var host = new AgentTestHost();
        await AppendAsync(host, "waiting.jsonl");
        await host.RunAsync(ganglion => ganglion.AddAgent("chat", Wait, options => options.Partitions = 1), time);
        await time.WhenTimerIsSetAsync(TimeSpan.FromDays(2));

        time.Advance(TimeSpan.FromDays(2));

        Encoding.UTF8.GetString((await host.ReadAsync("over", 1))[0].Data!.Value.Span).ShouldBe("\"zero, zero first, zero first second\"");
    }

    private static void Wait(AgentBuilder agent) => agent.On("begin", async (AgentContext context) =>
    {
        string seen = Look();
        context.ChangeState<Conversation, TurnSaid>(new TurnSaid("first"));
        await context.DelayAsync(TimeSpan.FromMinutes(1));
        seen += $", {Look()}";
        context.ChangeState<Conversation, TurnSaid>(new TurnSaid("second"));
        await context.DelayAsync(TimeSpan.FromDays(1));
        context.Publish("over", $"{seen}, {Look()}");

        string Look() => string.Join(' ', context.GetState<Conversation>()!.Turns);
    });

    private static async Task AppendAsync(AgentTestHost host, string file)
    {
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout);
        foreach (string line in await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "State", "Golden", file), AgentTestHost.Timeout))
        {
            using JsonDocument record = JsonDocument.Parse(line);
            JsonElement members = record.RootElement;
            RecordHeader[] headers = [.. members.GetProperty("headers").EnumerateArray().Select(header => new RecordHeader(header[0].GetString()!, header[1].GetString()!))];
            await producer.AppendAsync(
                new ProducerRecord(
                    members.GetProperty("topic").GetString()!,
                    new Record(
                        members.GetProperty("key").GetBytesFromBase64(),
                        members.GetProperty("value").GetString() is { } value ? Encoding.UTF8.GetBytes(value) : default(ReadOnlyMemory<byte>?),
                        RecordHeaders.Create(headers)),
                    0),
                AgentTestHost.Timeout);
        }
    }
}
