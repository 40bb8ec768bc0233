using System.Buffers.Binary;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Tests.Brokers.Embedded;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Runtime.Failures;

public sealed class DamagedLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Damage_to_what_was_handled_before_does_not_keep_an_agent_from_starting()
    {
        await using (AgentTestHost host = await RunAsync())
        {
            for (int i = 0; i < 3; i++)
            {
                await host.AppendAsync("notes", "k", $$"""{"number":{{i}},"padding":"{{new string('x', 5_000)}}"}""");
            }

            await host.ReadAsync("echoes", 3);
        }

        await DamageSecondBatchAsync(_folder["topics/notes/0/00000000000000000000.log"]);

        await using AgentTestHost next = await RunAsync();
        await next.AppendAsync("notes", "k", """{"number":4}""");
        (await next.ReadAsync("echoes", 4)).Count.ShouldBe(4);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_agent_whose_state_is_damaged_does_not_work_rather_than_forget()
    {
        await using (AgentTestHost host = await RunAsync())
        {
            for (int i = 0; i < 3; i++)
            {
                await host.AppendAsync("notes", $"k{i}", $$"""{"number":{{i}},"padding":"{{new string('x', 5_000)}}"}""");
                await host.ReadAsync("echoes", i + 1);
            }
        }

        await DamageSecondBatchAsync(_folder["topics/echo.state/0/00000000000000000000.log"]);

        await using AgentTestHost next = await RunAsync();
        AgentStatus status = await WhenNotWorkingAsync(next);
        status.Reason!.ShouldContain("echo.state");
        (await next.Broker.Topics.GetOffsetAsync(new TopicPartition("echoes", 0), OffsetPosition.Latest, AgentTestHost.Timeout)).ShouldBe(3);
    }

    private static async Task<AgentStatus> WhenNotWorkingAsync(AgentTestHost host)
    {
        IAgentStatuses statuses = host.Host.Services.GetRequiredService<IAgentStatuses>();
        while (statuses.List()[0].IsWorking)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), AgentTestHost.Timeout);
        }

        return statuses.List()[0];
    }

    private static async Task DamageSecondBatchAsync(string segment)
    {
        byte[] bytes = await File.ReadAllBytesAsync(segment, AgentTestHost.Timeout);
        int second = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(8)) + 12;
        bytes[second + 200] ^= 0x55;
        await File.WriteAllBytesAsync(segment, bytes, AgentTestHost.Timeout);
    }

    private async Task<AgentTestHost> RunAsync()
    {
        var host = new AgentTestHost(await EmbeddedBroker.OpenAsync(_folder.Path, cancellationToken: AgentTestHost.Timeout));
        await host.RunAsync(ganglion => ganglion.AddAgent(
            "echo",
            agent => agent.On<JsonElement>("notes", (note, context) =>
            {
                context.SetState(note);
                context.Publish("echoes", note.GetProperty("number").GetInt32());
            }),
            options => options.Partitions = 1));
        return host;
    }
}
