using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Hosting;
using Ganglion.Tests.Brokers.Listener;

namespace Ganglion.Tests.Runtime;

/// <summary>What an agent remembers takes its time to be read: here as long as another client's transaction holds it back.</summary>
public sealed class RestoreTests
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 2).Select(partition => Enumerable.Range(0, 100).Select(number => $"k{number}").First(
        key => Murmur2.PartitionOf(Encoding.UTF8.GetBytes(key), 2) == partition))];

    [Fact(Timeout = 60_000)]
    public async Task While_a_partition_is_restored_the_others_go_on()
    {
        await using AgentTestHost host = await PrepareAsync(new EmbeddedBrokerOptions());
        OpenTransaction open = await OpenTransaction.BeginAsync(host.Broker, new TopicPartition("counter.state", 0));
        await host.RunAsync(Define);

        await host.AppendAsync("words", Keys[0], "\"a\"");
        await host.AppendAsync("words", Keys[1], "\"b\"");
        (await ReadAsync(host, 1)).ShouldBe(["b 2"]);
        await open.AbortAsync();

        (await ReadAsync(host, 2)).ShouldBe(["b 2", "a 2"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_partition_that_is_still_being_restored_goes_to_the_process_that_comes()
    {
        await using AgentTestHost host = await PrepareAsync(new EmbeddedBrokerOptions());
        OpenTransaction first = await OpenTransaction.BeginAsync(host.Broker, new TopicPartition("counter.state", 0));
        OpenTransaction second = await OpenTransaction.BeginAsync(host.Broker, new TopicPartition("counter.state", 1), "another");
        await host.RunAsync(Define);
        await host.WhenMembersAsync("counter", 1);

        await host.RunAsync(Define);
        await host.WhenMembersAsync("counter", 2);
        await host.AppendAsync("words", Keys[0], "\"a\"");
        await host.AppendAsync("words", Keys[1], "\"b\"");
        await first.AbortAsync();
        (await ReadAsync(host, 1)).ShouldBe(["a 2"]);
        await second.AbortAsync();

        (await ReadAsync(host, 2)).ShouldBe(["a 2", "b 2"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_stops_while_an_agent_restores()
    {
        await using AgentTestHost host = await PrepareAsync(new EmbeddedBrokerOptions());
        OpenTransaction open = await OpenTransaction.BeginAsync(host.Broker, new TopicPartition("counter.state", 0));
        await host.RunAsync(Define);
        await host.AppendAsync("words", Keys[1], "\"b\"");
        await ReadAsync(host, 1);

        await host.StopAsync();

        (await host.Broker.Groups.FindAsync("counter", AgentTestHost.Timeout))!.Members.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_restore_that_takes_longer_than_a_member_may_be_away_costs_no_partition()
    {
        var time = new ManualTime();
        await using AgentTestHost host = await PrepareAsync(new EmbeddedBrokerOptions { TimeProvider = time });
        OpenTransaction open = await OpenTransaction.BeginAsync(host.Broker, new TopicPartition("counter.state", 0));
        await host.RunAsync(Define, time);
        await host.AppendAsync("words", Keys[1], "\"b\"");
        await ReadAsync(host, 1);
        string member = await FindMemberAsync(host);

        time.Advance(2 * new ConsumerOptions { GroupId = "", Topics = [] }.MaxPollInterval);
        await open.AbortAsync();
        await host.AppendAsync("words", Keys[0], "\"a\"");

        (await ReadAsync(host, 2)).ShouldBe(["b 2", "a 2"]);
        (await FindMemberAsync(host)).ShouldBe(member);
    }

    // An agent with two partitions that remembers one event of each key.
    private static async Task<AgentTestHost> PrepareAsync(EmbeddedBrokerOptions options)
    {
        var host = new AgentTestHost(options);
        await host.RunAsync(Define);
        foreach (string key in Keys)
        {
            await host.AppendAsync("words", key, "\"first\"");
        }

        await host.ReadAsync("counted", 2);
        await host.StopAsync();
        await host.Broker.Topics.DeleteAsync("counted", AgentTestHost.Timeout);
        return host;
    }

    private static void Define(GanglionBuilder ganglion) => ganglion.AddAgent(
        "counter",
        agent => agent.On<string>("words", (word, context) =>
        {
            int count = context.GetState<int>() + 1;
            context.SetState(count);
            context.Publish("counted", $"{word} {count}");
        }),
        options => options.Partitions = 2);

    // In the order of their commits.
    private static async Task<string[]> ReadAsync(AgentTestHost host, int count) =>
        [.. (await host.ReadAsync("counted", count)).OrderBy(counted => counted.Time).Select(counted => Encoding.UTF8.GetString(counted.Data!.Value.Span).Trim('"'))];

    private static async Task<string> FindMemberAsync(AgentTestHost host) =>
        (await host.Broker.Groups.FindAsync("counter", AgentTestHost.Timeout))!.Members.ShouldHaveSingleItem().MemberId;
}
