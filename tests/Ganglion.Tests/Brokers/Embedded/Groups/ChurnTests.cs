using System.Globalization;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Conformance;

namespace Ganglion.Tests.Brokers.Embedded.Groups;

public sealed class ChurnTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Members_that_come_go_and_change_their_topics_at_random_move_every_record_once(int seed)
    {
        const int Total = 4000;
        const int Partitions = 8;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: deadline.Token);
        string[] topics = ["in", "other"];
        foreach (string topic in topics)
        {
            await broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = Partitions }, deadline.Token);
        }

        await broker.Topics.CreateAsync("out", cancellationToken: deadline.Token);
        var ledger = new GroupLedger();
        int moved = 0;
        bool appended = false;
        var options = new ConsumerOptions { GroupId = "g", Topics = topics, MaxBytes = 300 };

        Task appending = Task.Run(
            async () =>
            {
                for (int i = 0; i < Total; i++)
                {
                    await producer.AppendAsync(new ProducerRecord(topics[i % 2], Text(i)), deadline.Token);
                }

                Volatile.Write(ref appended, true);
                ledger.Note("appended");
            },
            deadline.Token);

        var random = new Random(seed);
        var members = new List<ReadingMember>();
        for (int step = 0; step < 40; step++)
        {
            if (members.Count > 0 && random.Next(3) == 0)
            {
                members[random.Next(members.Count)].Consumer.Subscribe(random.GetItems(topics, 2));
            }
            else if (members.Count == 0 || (members.Count < 5 && random.Next(2) == 0))
            {
                members.Add(await ReadingMember.StartAsync(
                    $"m{step}", broker, options, ledger, member => member.Handling = batch => MoveAsync(member, batch)));
            }
            else
            {
                int leaving = random.Next(members.Count);
                await members[leaving].DisposeAsync();
                members.RemoveAt(leaving);
            }

            int seen = ledger.Records.Count;
            await ledger.UntilAsync(
                () => members.Count == 0 || Volatile.Read(ref appended) || ledger.Records.Count > seen + random.Next(50), deadline.Token);
        }

        if (members.Count == 0)
        {
            members.Add(await ReadingMember.StartAsync(
                "last", broker, options, ledger, member => member.Handling = batch => MoveAsync(member, batch)));
        }

        members.ForEach(member => member.Consumer.Subscribe(topics));
        await appending;
        await ledger.UntilAsync(() => moved >= Total, deadline.Token);
        foreach (ReadingMember member in members)
        {
            await member.DisposeAsync();
        }

        (await ReadAllAsync(broker, deadline.Token)).Order().ShouldBe(Enumerable.Range(0, Total));
        ledger.Faults.ShouldBeEmpty();

        async Task MoveAsync(ReadingMember member, ConsumedBatch batch)
        {
            var commit = new AtomicCommit
            {
                Records = [.. batch.Records.Select(record => new ProducerRecord("out", record.Record))],
                Group = member.Consumer.Group,
                Offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [batch.Partition] = new(batch.NextOffset) },
            };
            try
            {
                await producer.CommitAsync(commit, deadline.Token);
                Interlocked.Add(ref moved, batch.Records.Count);
                ledger.Note("moved");
            }
            catch (FencedException)
            {
                // The next owner moves them.
            }
        }
    }

    private static async Task<List<int>> ReadAllAsync(EmbeddedBroker broker, CancellationToken cancellationToken)
    {
        var partition = new TopicPartition("out", 0);
        long end = await broker.Topics.GetOffsetAsync(partition, OffsetPosition.Latest, cancellationToken);
        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [partition] = OffsetPosition.Earliest } },
            cancellationToken);
        var values = new List<int>();
        while (reader.GetPosition(partition) < end)
        {
            ConsumedBatch batch = await reader.ReadAsync(cancellationToken);
            values.AddRange(batch.Records.Select(record => int.Parse(record.Record.Value!.Value.Span, CultureInfo.InvariantCulture)));
        }

        return values;
    }

    private static Record Text(int number)
    {
        byte[] text = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
        return new Record(text, text);
    }
}
