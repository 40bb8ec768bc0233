using System.Text;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Hosting;
using Ganglion.Kafka.Tests.Conformance;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests.Reading;

/// <summary>
/// Readers see nothing behind a transaction that is open, nor what a cluster has committed and not marked yet. Whoever is to know all that is
/// committed reads on until they do.
/// </summary>
public sealed class OpenTransactionTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly string _name = $"open.{Guid.NewGuid():N}";
    private readonly KafkaBroker _broker = KafkaBroker.Open(Options);

    private static KafkaBrokerOptions Options => new() { BootstrapServers = TestCluster.BootstrapServers };

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    private TopicPartition Partition => new(_name, 0);

    public async ValueTask InitializeAsync() =>
        await _broker.Topics.CreateAsync(_name, new TopicSettings { Partitions = 1 }, Timeout);

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_reads_up_to_the_end_gets_there_when_the_transaction_has_ended(bool commits)
    {
        await AppendAsync("before");
        using ForeignTransaction open = await ForeignTransaction.BeginAsync(Partition, Long);
        long end = await _broker.Topics.GetOffsetAsync(Partition, OffsetPosition.End, Timeout);
        (await _broker.Topics.GetOffsetAsync(Partition, OffsetPosition.Latest, Timeout)).ShouldBe(1);
        end.ShouldBe(2);
        await using IEventReader reader = await OpenAsync(OffsetPosition.Earliest);
        Task<List<string>> reading = ReadAsync(reader, end);

        if (commits)
        {
            open.Commit();
        }
        else
        {
            open.Abort();
        }

        (await reading).ShouldBe(commits ? ["before", "open"] : ["before"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_place_behind_the_transaction_can_be_read_when_it_has_ended()
    {
        using ForeignTransaction open = await ForeignTransaction.BeginAsync(Partition, Long);
        await AppendAsync("behind");
        await using IEventReader reader = await OpenAsync(OffsetPosition.At(1));

        open.Commit();

        (await ReadAsync(reader, 2)).ShouldBe(["behind"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_group_that_has_committed_a_place_behind_the_transaction_goes_on_there()
    {
        await AppendAsync("before");
        using ForeignTransaction open = await ForeignTransaction.BeginAsync(Partition, Long);
        await _broker.Groups.ResetAsync(_name, new Dictionary<TopicPartition, OffsetAndMetadata> { [Partition] = new(2) }, Timeout);
        await using Member member = await Member.StartAsync(_broker, new ConsumerOptions { GroupId = _name, Topics = [_name] });
        await member.WhenOwnsAsync(1);

        open.Commit();
        await AppendAsync("next");

        await member.WhenAsync(one => one.Values.Contains("next"));
        member.Values.ShouldBe(["next"]);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_agent_goes_on_with_all_that_it_has_committed_behind_the_transaction_when_its_time_is_over()
    {
        string words = $"words.{_name}";
        string counted = $"counted.{_name}";
        await _broker.Topics.CreateAsync(counted, new TopicSettings { Partitions = 1 }, Timeout);
        using (IHost first = await StartAsync(words, counted))
        {
            await PublishAsync(first, words);
            await ReadAsync(counted, count: 1);
            using ForeignTransaction open = await ForeignTransaction.BeginAsync(new TopicPartition($"{_name}.state", 0), TimeSpan.FromSeconds(10));
            await PublishAsync(first, words);
            await ReadAsync(counted, count: 2);
            await first.StopAsync(Timeout);
        }

        // Nobody ends the transaction: the cluster does.
        using IHost second = await StartAsync(words, counted);
        await PublishAsync(second, words);

        (await ReadAsync(counted, count: 3)).ShouldBe(["1", "2", "3"]);
        await second.StopAsync(Timeout);
    }

    private async Task<IHost> StartAsync(string words, string counted)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion.UseKafka(Options).AddAgent(
            _name,
            agent => agent.On(words, (AgentContext context) =>
            {
                int count = context.GetState<int>() + 1;
                context.SetState(count);
                context.Publish(counted, count);
            }),
            options => options.Partitions = 1));
        IHost host = builder.Build();
        await host.StartAsync(Timeout);
        return host;
    }

    private static async Task PublishAsync(IHost host, string words) =>
        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(words, "word", key: "key", cancellationToken: Timeout);

    private async Task AppendAsync(string value)
    {
        await using IEventProducer producer = await _broker.CreateProducerAsync(cancellationToken: Timeout);
        await producer.AppendAsync(new ProducerRecord(_name, new Record(null, Encoding.UTF8.GetBytes(value)), 0), Timeout);
    }

    private ValueTask<IEventReader> OpenAsync(OffsetPosition from) => _broker.CreateReaderAsync(
        new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [Partition] = from } }, Timeout);

    private async Task<List<string>> ReadAsync(IEventReader reader, long end)
    {
        var values = new List<string>();
        while (reader.GetPosition(Partition) < end)
        {
            values.AddRange((await reader.ReadAsync(Timeout)).Records.Select(TextOf));
        }

        return values;
    }

    private async Task<List<string>> ReadAsync(string topic, int count)
    {
        await using IEventReader reader = await _broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [new(topic, 0)] = OffsetPosition.Earliest } }, Timeout);
        var texts = new List<string>();
        while (texts.Count < count)
        {
            texts.AddRange((await reader.ReadAsync(Timeout)).Records.Select(TextOf));
        }

        return texts;
    }

    private static string TextOf(ConsumedRecord record) => Encoding.UTF8.GetString(record.Record.Value!.Value.Span);
}
