using System.Globalization;
using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Tests.Brokers.Embedded;
using Ganglion.Tests.Runtime;

namespace Ganglion.Tests.State;

/// <summary>What a conversation takes on the log.</summary>
public sealed class ConversationSizeTests(ITestOutputHelper output)
{
    private const int Turns = 1_000;

    [Fact(Timeout = 240_000)]
    public async Task A_conversation_of_a_thousand_turns_grows_by_each_turn_once()
    {
        static void Define(AgentBuilder agent) => agent.On<string>("say", (word, context) =>
        {
            context.ChangeState<Conversation, TurnSaid>(new TurnSaid(word));
            context.Publish("heard", word[..4]);
        });
        using var folder = new TemporaryFolder();
        long[] sizes = new long[11];
        await using (var host = new AgentTestHost(await EmbeddedBroker.OpenAsync(folder.Path)))
        {
            await host.RunAsync(ganglion => ganglion.AddAgent("chat", Define));
            for (int turn = 0; turn < Turns; turn++)
            {
                await host.AppendAsync("say", "conversation", $"\"{turn:0000} {new string('x', 500)}\"");
                if (turn % 100 == 99)
                {
                    await host.ReadAsync("heard", turn + 1);
                    sizes[(turn + 1) / 100] = await BytesAsync(host.Broker, "chat.");
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {turn + 1:N0} | {sizes[(turn + 1) / 100] / 1024.0:N0} KiB |"));
                }
            }
        }

        long onDisk = Directory.GetDirectories(Path.Combine(folder.Path, "topics"), "chat.*")
            .SelectMany(topic => Directory.GetFiles(topic, "*.log", SearchOption.AllDirectories)).Sum(file => new FileInfo(file).Length);

        // The last of it may have come while the last size was taken.
        onDisk.ShouldBeInRange(sizes[10], (long)(1.05 * sizes[10]));
        (sizes[10] - sizes[5]).ShouldBeLessThan((long)(1.3 * sizes[5]));
        sizes[10].ShouldBeLessThan(Turns * 4 * 500);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_conversation_that_one_handler_leads_grows_by_each_turn_once()
    {
        const int turns = 200;
        static void Define(AgentBuilder agent) => agent.On("begin", async (AgentContext context) =>
        {
            for (int turn = 0; turn < turns; turn++)
            {
                // It sees all that was said before, as whoever asks a model does.
                int before = context.GetState<Conversation>()?.Turns.Count ?? 0;
                context.ChangeState<Conversation, TurnSaid>(new TurnSaid($"{turn:000} {new string('x', 500)}"));
                context.Publish("heard", before);
                await context.DelayAsync(TimeSpan.Zero);
            }

            context.Publish("over", context.GetState<Conversation>()!.Turns.Count);
        });
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("chat", Define, options => options.Partitions = 1));

        await host.AppendAsync("begin", "conversation", "{}");

        Encoding.UTF8.GetString((await host.ReadAsync("over", 1))[0].Data!.Value.Span).ShouldBe(turns.ToString(CultureInfo.InvariantCulture));
        List<ConsumedRecord> records = await host.Broker.ReadRecordsAsync("chat.journal");
        int[] waits = [.. records.Where(record => record.Record.Value is not null).Select(record => record.Record.Value!.Value.Length)];
        output.WriteLine(string.Join(' ', waits));
        waits.Length.ShouldBe(turns);
        waits[^(turns / 2)..].Sum().ShouldBeLessThan((int)(1.3 * waits[..(turns / 2)].Sum()));
        (await host.Broker.ReadRecordsAsync("chat.state")).Count(record => record.Record.Headers.TryGet("__state.change"u8, out _)).ShouldBe(turns);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_journal_of_a_hundred_steps_has_each_once()
    {
        static void Define(AgentBuilder agent) => agent.On("begin", async (AgentContext context) =>
        {
            for (int step = 0; step < 100; step++)
            {
                await context.RunAsync($"step-{step}", _ => Task.FromResult($"result {step}!"));
            }

            context.Publish("over", 100);
        });
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("worker", Define, options => options.Partitions = 1));

        await host.AppendAsync("begin", "a", "{}");
        await host.ReadAsync("over", 1);

        string journal = string.Concat((await host.Broker.ReadAllAsync("worker.journal")).Where(value => value != "<null>"));
        for (int step = 0; step < 100; step++)
        {
            journal.Split($"\"result {step}!\"").Length.ShouldBe(2, $"step {step}");
        }
    }

    private static async Task<long> BytesAsync(EmbeddedBroker broker, string prefix) =>
        (await broker.Topics.ListAsync(TestContext.Current.CancellationToken))
            .Where(topic => topic.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(topic => topic.Partitions.Sum(partition => partition.Bytes ?? 0));
}
