using System.Globalization;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Commits;
using Ganglion.Brokers.Embedded.Records;
using Ganglion.Brokers.Embedded.Storage;
using Ganglion.Brokers.Embedded.Topics;

namespace Ganglion.Tests.Brokers.Embedded.Commits;

/// <summary>Which frames of the commit log are recovered, and which are too old for that.</summary>
public sealed class CommitEpochTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // Files are recycled: the newest frames lie in the first one. The frame that is to overwrite them is torn, and the older ones are there still.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_recovered_once_takes_nothing_away_when_newer_frames_are_gone(bool isEpochLost)
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: Cancelled);
        await AppendAsync(broker, count: 20, new string('x', 900_000));
        using var crashed = TemporaryFolder.CopyOf(folder.Path);
        File.Move(crashed["commit/00.commit"], crashed["commit/old"]);
        File.Move(crashed["commit/01.commit"], crashed["commit/00.commit"]);
        File.Move(crashed["commit/old"], crashed["commit/01.commit"]);

        await using EmbeddedBroker recovered = await EmbeddedBroker.OpenAsync(crashed.Path, cancellationToken: Cancelled);
        using var again = TemporaryFolder.CopyOf(crashed.Path);
        await using (FileStream newest = File.OpenWrite(again["commit/00.commit"]))
        {
            newest.Write(new byte[32]);
        }

        if (isEpochLost)
        {
            File.Delete(again["commit/epoch"]);
        }

        await ExpectAsync(again, count: 20);
    }

    // A stop leaves its frames where they are. What damages one of them afterwards is none of the log's business.
    [Fact]
    public async Task After_a_clean_stop_no_frame_is_recovered()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: Cancelled))
        {
            await AppendAsync(broker, count: 3);
        }

        byte[] log = await File.ReadAllBytesAsync(folder["commit/00.commit"], Cancelled);
        log.AsSpan(BitConverter.ToInt32(log, 4), 32).Clear();
        await File.WriteAllBytesAsync(folder["commit/00.commit"], log, Cancelled);
        await ExpectAsync(folder, count: 3);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("99")]
    [InlineData("99 00000000")]
    public async Task A_damaged_epoch_is_reported_and_nothing_is_lost_without_it(string epoch)
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: Cancelled);
        await AppendAsync(broker, count: 3);
        using var crashed = TemporaryFolder.CopyOf(folder.Path);
        await File.WriteAllBytesAsync(crashed["topics/t/0/00000000000000000000.log"], [], Cancelled);
        await File.WriteAllTextAsync(crashed["commit/epoch"], epoch, Cancelled);
        StorageException damage = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(crashed.Path));
        damage.Code.ShouldBe("data-folder-damaged");
        damage.Message.ShouldContain($"'{crashed["commit/epoch"]}'");

        File.Delete(crashed["commit/epoch"]);
        await ExpectAsync(crashed, count: 3);
    }

    // The bytes of a record lie behind the log's end if its own frame is torn, or if it lay in a file that is written over.
    [Fact]
    public async Task A_record_that_holds_a_frame_is_not_taken_for_one()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: Cancelled);
        await AppendAsync(broker, count: 2);
        byte[] forged = [.. Enumerable.Range(1, 100).SelectMany(static epoch => FrameOf(epoch, sequence: 1000))];
        await broker.AppendAsync(new ProducerRecord("t", new Record(null, forged), 0));

        using var crashed = TemporaryFolder.CopyOf(folder.Path);
        byte[] log = await File.ReadAllBytesAsync(crashed["commit/00.commit"], Cancelled);
        int first = BitConverter.ToInt32(log, 4);
        int last = first + BitConverter.ToInt32(log, first + 4);
        log[last + 81] ^= 1; // The checksum of its batch.
        await File.WriteAllBytesAsync(crashed["commit/00.commit"], log, Cancelled);
        await File.WriteAllBytesAsync(crashed["topics/t/0/00000000000000000000.log"], [], Cancelled);
        await ExpectAsync(crashed, count: 2);
    }

    private static byte[] FrameOf(long epoch, long sequence)
    {
        Partition partition = new Topic("t", Guid.NewGuid(), new TopicSettings { Partitions = 1 }, _ => new MemoryLog()).Partitions[0];
        var batch = new RoundBatch(partition, new BatchMemory(), 100);
        batch.Append(new Record(null, "x"u8.ToArray()), 0);
        batch.Seal();
        batch.Place(0);
        var round = new Round();
        round.Batches.Add(batch);
        byte[] frame = new byte[CommitFrame.LengthOf(round)];
        int head = CommitFrame.WriteHead(frame, round, frame.Length, epoch, sequence, flushed: true);
        batch.Stored.Bytes.Span.CopyTo(frame.AsSpan(head));
        return frame;
    }

    private static async Task AppendAsync(EmbeddedBroker broker, int count, string padding = "")
    {
        for (int i = 0; i < count; i++)
        {
            await broker.AppendAsync(string.Create(CultureInfo.InvariantCulture, $"{i}:{padding}").To("t"));
        }
    }

    private static async Task ExpectAsync(TemporaryFolder folder, int count)
    {
        await using EmbeddedBroker reopened = await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: Cancelled);
        (await reopened.ReadAllAsync("t")).Select(value => value[..value.IndexOf(':', StringComparison.Ordinal)])
            .ShouldBe(Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture)));
    }
}
