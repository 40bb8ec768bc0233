using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;

namespace Ganglion.Tests.Runtime.Inputs;

/// <summary>What a partition leaves behind when it goes elsewhere.</summary>
public sealed class RebalanceTests
{
    [Fact(Timeout = 60_000)]
    public async Task Events_that_waited_when_their_partition_went_leave_room_for_others()
    {
        const int kilobyte = 1024;
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new SemaphoreSlim(0);
        void Define(AgentBuilder agent) => agent.On<Note>("notes", async (note, context) =>
        {
            begun.Release();
            await release.Task.WaitAsync(context.CancellationToken);
            context.Publish("done", note);
        });
        static void Configure(AgentOptions options)
        {
            options.Partitions = 2;
            options.DrainTimeout = TimeSpan.Zero;
            options.MaxBytesInFlight = 1024 * kilobyte;
        }

        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("slow", Define, Configure));
        await using (IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout))
        {
            // In each partition one that is handled and, of the same instance, a large one that waits.
            foreach (int partition in (int[])[0, 1])
            {
                string key = KeyIn(partition);
                await producer.AppendAsync([NoteOf(key, 1, 0), NoteOf(key, 2, 600 * kilobyte)], AgentTestHost.Timeout);
                await begun.WaitAsync(AgentTestHost.Timeout);
            }
        }

        for (int round = 0; round < 2; round++)
        {
            // The guest gets a partition and, when it dies, leaves it to the first again.
            await host.RunAsync(ganglion => ganglion.AddAgent("slow", Define, Configure));
            await begun.WaitAsync(AgentTestHost.Timeout);
            await host.KillAsync();
            await begun.WaitAsync(AgentTestHost.Timeout);
        }

        release.SetResult();
        await host.ReadAsync("done", 4);
        await host.AppendAsync("notes", KeyIn(0), """{"number":3}""");
        await host.AppendAsync("notes", KeyIn(1), """{"number":3}""");

        (await host.ReadAsync("done", 6)).Count.ShouldBe(6);
    }

    private static string KeyIn(int partition) =>
        Enumerable.Range(0, 100).Select(i => $"key-{i}").First(key => Murmur2.PartitionOf(Encoding.UTF8.GetBytes(key), 2) == partition);

    private static ProducerRecord NoteOf(string key, int number, int padding) => new(
        "notes",
        new Record(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($$"""{"number":{{number}},"padding":"{{new string('x', padding)}}"}""")));
}
