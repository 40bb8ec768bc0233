using Ganglion.Brokers;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Which offsets a client is told for a time.</summary>
public sealed class ListOffsetsTests : ListenerTests
{
    private const long Latest = -1;
    private const long NewestTime = -3;
    private const bool ReadsCommitted = true;
    private const bool ReadsUncommitted = false;

    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    protected override async Task PrepareAsync()
    {
        await AppendAsync(0, 60);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 60)] // The next record is told with its own time.
    [InlineData(60, 1, 60)]
    [InlineData(61, -1, null)]
    public async Task A_time_finds_the_first_record_that_is_not_older(int second, long offset, int? found) =>
        (await FindAsync(1, ReadsUncommitted, MillisecondsAt(second))).ShouldBe(
            new Found(ErrorCode.None, found is { } at ? MillisecondsAt(at) : -1, offset, -1));

    [Fact(Timeout = 30_000)]
    public async Task What_an_open_transaction_has_written_and_what_lies_behind_is_found_by_who_reads_it()
    {
        await OpenTransaction.BeginAsync(Broker, new TopicPartition("t", 0));
        await AppendAsync(120);

        (await FindAsync(7, ReadsUncommitted, MillisecondsAt(61))).ShouldBe(new Found(ErrorCode.None, MillisecondsAt(120), 3, 0));
        (await FindAsync(7, ReadsCommitted, MillisecondsAt(61))).ShouldBe(new Found(ErrorCode.None, -1, -1, -1));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_newest_time_is_told_with_its_record()
    {
        await AppendAsync(30);

        (await FindAsync(7, ReadsUncommitted, NewestTime)).ShouldBe(new Found(ErrorCode.None, MillisecondsAt(60), 1, 0));

        await Broker.Topics.CreateAsync("empty", cancellationToken: Deadline);
        (await FindAsync(7, ReadsUncommitted, NewestTime, topic: "empty")).ShouldBe(new Found(ErrorCode.None, -1, -1, -1));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(-1, 2)]
    [InlineData(-2, 0)]
    [InlineData(-4, 0)] // The first that is stored here: all are.
    [InlineData(-5, -1)] // The last that is stored elsewhere: none is.
    public async Task A_newer_version_finds_the_ends_of_what_is_stored_here_and_elsewhere(long time, long offset) =>
        (await FindAsync(9, ReadsUncommitted, time)).ShouldBe(new Found(ErrorCode.None, -1, offset, offset < 0 ? -1 : 0));

    [Theory(Timeout = 30_000)]
    [InlineData(6, NewestTime)]
    [InlineData(7, -4)]
    [InlineData(8, -5)]
    [InlineData(9, -6)]
    public async Task Times_that_a_version_does_not_know_are_unsupported(short version, long time) =>
        (await FindAsync(version, ReadsUncommitted, time)).ShouldBe(new Found(ErrorCode.UnsupportedVersion, -1, -1, -1));

    [Theory(Timeout = 30_000)]
    [InlineData(-1, (short)ErrorCode.None)]
    [InlineData(0, (short)ErrorCode.None)]
    [InlineData(1, (short)ErrorCode.UnknownLeaderEpoch)]
    [InlineData(-2, (short)ErrorCode.FencedLeaderEpoch)]
    public async Task Who_takes_somebody_else_for_the_leader_is_told(int epoch, short error) =>
        (await FindAsync(7, ReadsUncommitted, Latest, epoch)).ShouldBe(
            error == 0 ? new Found(ErrorCode.None, -1, 2, 0) : new Found((ErrorCode)error, -1, -1, -1));

    [Fact(Timeout = 30_000)]
    public async Task A_partition_that_is_named_twice_is_refused() =>
        (await AskAsync(7, ReadsUncommitted, "t", [(0, -1, Latest), (0, -1, NewestTime), (1, -1, Latest)])).Select(found => found.Error)
            .ShouldBe([ErrorCode.InvalidRequest, ErrorCode.InvalidRequest, ErrorCode.UnknownTopicOrPartition]);

    private static long MillisecondsAt(int second) => Start.AddSeconds(second).ToUnixTimeMilliseconds();

    private async Task AppendAsync(params int[] seconds)
    {
        await using IEventProducer producer = await Broker.CreateProducerAsync(cancellationToken: Deadline);
        foreach (int second in seconds)
        {
            await producer.AppendAsync(new ProducerRecord("t", new Record(null, new byte[1]) { Timestamp = Start.AddSeconds(second) }, 0), Deadline);
        }
    }

    private async Task<Found> FindAsync(short version, bool readsCommitted, long time, int epoch = -1, string topic = "t") =>
        (await AskAsync(version, readsCommitted, topic, [(0, epoch, time)])).ShouldHaveSingleItem();

    private async Task<List<Found>> AskAsync(short version, bool readsCommitted, string name, (int Number, int Epoch, long Time)[] asked)
    {
        WireReader answer = await Client.AskAsync(
            ApiKey.ListOffsets,
            version,
            writer =>
            {
                writer.WriteInt32(-1); // No replica.
                if (version >= 2)
                {
                    writer.WriteBoolean(readsCommitted);
                }

                writer.WriteArray([name], (topics, topic) =>
                {
                    topics.WriteString(topic);
                    topics.WriteArray(asked, (partitions, partition) =>
                    {
                        partitions.WriteInt32(partition.Number);
                        if (version >= 4)
                        {
                            partitions.WriteInt32(partition.Epoch);
                        }

                        partitions.WriteInt64(partition.Time);
                        partitions.WriteTags();
                    });
                    topics.WriteTags();
                });
                writer.WriteTags();
            },
            isFlexible: version >= 6);
        if (version >= 2)
        {
            answer.ReadInt32(); // Throttle time.
        }

        return answer.ReadArray(topics =>
        {
            topics.ReadString();
            return topics.ReadArray(partition =>
            {
                partition.ReadInt32();
                var found = new Found((ErrorCode)partition.ReadInt16(), partition.ReadInt64(), partition.ReadInt64(), version >= 4 ? partition.ReadInt32() : -1);
                partition.SkipTags();
                return found;
            });
        }).ShouldHaveSingleItem();
    }

    private sealed record Found(ErrorCode Error, long Time, long Offset, int Epoch);
}
