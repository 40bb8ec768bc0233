using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Runtime.Failures;

/// <summary>Two hosts of an agent, of which one can do nothing right.</summary>
public sealed class SuspendedHostTests
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 1_000).Select(i => $"key-{i}")
        .GroupBy(key => Murmur2.PartitionOf(Encoding.UTF8.GetBytes(key), 2)).SelectMany(partition => partition.Take(3))];

    private static void Configure(AgentOptions options)
    {
        options.Partitions = 2;
        options.Retries = 2;
        options.RetryDelay = TimeSpan.FromMilliseconds(5);
        options.MaxRetryDelay = TimeSpan.FromMilliseconds(20);

        // From the first failure on, so that no event can use up its retries before, however slow the machine.
        options.SuspendAfter = 1;
    }

    private static Action<AgentBuilder> Counter(Func<bool> isBroken) => agent => agent.On<Note>("notes", (note, context) =>
    {
        int[] seen = [.. context.GetState<int[]>() ?? [], note.Number];
        context.SetState(seen);
        if (isBroken())
        {
            throw new InvalidOperationException("This machine has no network.");
        }

        context.Publish("done", seen);
    });

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_everything_fails_on_one_host_the_other_works_on_and_takes_over_in_order_when_the_first_goes(bool inGoodOrder)
    {
        bool isBroken = false;
        await using var host = new AgentTestHost();
        IHost sound = await host.RunAsync(ganglion => ganglion.AddAgent("counter", Counter(() => false), Configure));
        IHost broken = await host.RunAsync(ganglion => ganglion.AddAgent("counter", Counter(() => Volatile.Read(ref isBroken)), Configure));
        await host.WhenMembersAsync("counter", 2);
        await AppendAsync(host, 1, 3);
        await host.ReadAsync("done", 3 * Keys.Length);

        Volatile.Write(ref isBroken, true);
        await AppendAsync(host, 4, 6);

        SuspendedPartition suspended = await WhenSuspendedAsync(broken);
        suspended.Reason.ShouldBe("This machine has no network.");
        await host.ReadAsync("done", (3 * Keys.Length) + (3 * Keys.Length / 2));
        SuspendedOn(sound).ShouldBeEmpty();

        await (inGoodOrder ? host.StopAsync() : host.KillAsync());
        await AppendAsync(host, 7, 8);

        List<(CloudEvent Event, Record Record)> done = await host.ReadRecordsAsync("done", 8 * Keys.Length);
        foreach (IGrouping<string, (CloudEvent Event, Record Record)> instance in done.GroupBy(one => Encoding.UTF8.GetString(one.Record.Key!.Value.Span)))
        {
            instance.Select(one => Encoding.UTF8.GetString(one.Event.Data!.Value.Span)).ShouldBe(
                Enumerable.Range(1, 8).Select(count => $"[{string.Join(',', Enumerable.Range(1, count))}]"), instance.Key);
        }

        SuspendedOn(sound).ShouldBeEmpty();
        (await host.Broker.Topics.FindAsync("notes.dlq", AgentTestHost.Timeout)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_fails_wherever_it_goes_is_suspended_there_too_and_goes_on_once_it_goes_again()
    {
        bool isDown = true;
        await using var host = new AgentTestHost();
        IHost first = await host.RunAsync(ganglion => ganglion.AddAgent("counter", Counter(() => Volatile.Read(ref isDown)), Configure));
        await AppendAsync(host, 1, 3);
        await WhenSuspendedAsync(first);
        IHost second = await host.RunAsync(ganglion => ganglion.AddAgent("counter", Counter(() => Volatile.Read(ref isDown)), Configure));
        int moved = (await WhenSuspendedAsync(second)).Partition;
        while (SuspendedOn(first).Any(partition => partition.Partition == moved))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), AgentTestHost.Timeout);
        }

        Volatile.Write(ref isDown, false);

        (await host.ReadAsync("done", 3 * Keys.Length)).Count.ShouldBe(3 * Keys.Length);
        while (SuspendedOn(first).Count + SuspendedOn(second).Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), AgentTestHost.Timeout);
        }
    }

    private static async Task AppendAsync(AgentTestHost host, int first, int last)
    {
        for (int number = first; number <= last; number++)
        {
            foreach (string key in Keys)
            {
                await host.AppendAsync("notes", key, $$"""{"number":{{number}}}""");
            }
        }
    }

    private static IReadOnlyList<SuspendedPartition> SuspendedOn(IHost host) =>
        host.Services.GetRequiredService<IAgentStatuses>().List().Single(status => status.Agent.Name == "counter").Suspended;

    private static async Task<SuspendedPartition> WhenSuspendedAsync(IHost host)
    {
        SuspendedPartition? suspended;
        while ((suspended = SuspendedOn(host).FirstOrDefault(partition => partition.Probes > 3)) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), AgentTestHost.Timeout);
        }

        return suspended;
    }
}
