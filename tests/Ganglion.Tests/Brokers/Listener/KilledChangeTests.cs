using System.Diagnostics;
using System.Globalization;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Tests.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>A broker that is killed, or finds no room, while a client changes a topic or ends a transaction.</summary>
public sealed class KilledChangeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Killed_before_new_settings_are_in_place_the_old_ones_are_and_can_be_changed_again()
    {
        await CreateAsync(new TopicSettings { MaxMessageBytes = 1000 });

        await KillAtAsync("file.drafted", client => client.SetAsync("t", "max.message.bytes", "2000"));

        (await SettingsAsync()).MaxMessageBytes.ShouldBe(1000);
        (await AskAsync(client => client.SetAsync("t", "max.message.bytes", "2000"))).Error.ShouldBe(ErrorCode.None);
        (await SettingsAsync()).MaxMessageBytes.ShouldBe(2000);
    }

    [Fact(Timeout = 60_000)]
    public async Task Killed_before_new_partitions_are_counted_a_topic_has_as_many_as_before_and_can_get_them_again()
    {
        await CreateAsync(new TopicSettings { Partitions = 2 });

        await KillAtAsync("file.drafted", client => client.AddPartitionsAsync(3, "t", 5));

        Directory.Exists(_folder["topics/t/4"]).ShouldBeTrue();
        (await SettingsAsync()).Partitions.ShouldBe(2);
        (await AskAsync(client => client.AddPartitionsAsync(3, "t", 4))).Error.ShouldBe(ErrorCode.None);
        (await SettingsAsync()).Partitions.ShouldBe(4);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("file.drafted", 0)]
    [InlineData("retention.hidden", 25)]
    public async Task Killed_while_records_are_deleted_all_of_them_are_there_or_none_and_they_can_be_deleted_again(string point, long start)
    {
        await CreateAsync(new TopicSettings { SegmentBytes = 1024 }, records: 30);

        await KillAtAsync(point, client => client.DeleteRecordsAsync(2, "t", 0, 25));

        (await ReadAsync()).ShouldBe(Enumerable.Range((int)start, 30 - (int)start));
        (await AskAsync(client => client.DeleteRecordsAsync(2, "t", 0, 27))).ShouldBe((ErrorCode.None, 27));
        (await ReadAsync()).ShouldBe([27, 28, 29]);
    }

    [Fact(Timeout = 60_000)]
    public async Task With_a_full_disk_the_old_settings_stay_in_force_until_there_is_room()
    {
        await CreateAsync(new TopicSettings { MaxMessageBytes = 1000 });
        using Process process = BrokerProcess.StartListening(_folder.Path, faults: null);
        await using (ListenerClient client = await ConnectAsync(process))
        {
            BrokerProcess.ForbidFiles(process);
            (ErrorCode error, string? fault) = await client.SetAsync("t", "max.message.bytes", "2000");
            error.ShouldBe(ErrorCode.KafkaStorageError);
            fault.ShouldNotBeNull().ShouldContain("cannot be written");
            (await client.DescribeAsync("t"))["max.message.bytes"].ShouldBe("1000");

            BrokerProcess.AllowLargeFiles(process);
            (await client.SetAsync("t", "max.message.bytes", "2000")).Error.ShouldBe(ErrorCode.None);
        }

        await KillAsync(process);
        (await SettingsAsync()).MaxMessageBytes.ShouldBe(2000);
    }

    [Fact(Timeout = 60_000)]
    public async Task With_a_full_disk_a_transaction_stays_open_until_there_is_room_for_its_end()
    {
        await CreateAsync(new TopicSettings());
        using Process process = BrokerProcess.StartListening(_folder.Path, faults: null);
        await using (ListenerClient client = await ConnectAsync(process))
        {
            (_, long id, short epoch) = await client.AskForIdAsync();
            (await client.AddPartitionsAsync(1, (id, epoch), ("t", 0))).ShouldBe([ErrorCode.None]);
            BrokerProcess.ForbidFiles(process);

            (await client.CommitAsync(1, (id, epoch))).ShouldBe(ErrorCode.KafkaStorageError);
            (await client.CommitAsync(1, (id, epoch))).ShouldBe(ErrorCode.KafkaStorageError);

            BrokerProcess.AllowLargeFiles(process);
            (await client.CommitAsync(1, (id, epoch))).ShouldBe(ErrorCode.None);
        }

        await KillAsync(process);
    }

    /// <summary>Asks something of a process that dies at a point on the way.</summary>
    private async Task KillAtAsync(string point, Func<ListenerClient, Task> ask)
    {
        using Process process = BrokerProcess.StartListening(_folder.Path, $"kill:{point}");
        await using ListenerClient client = await ConnectAsync(process);
        await Should.ThrowAsync<EndOfStreamException>(() => ask(client));
        await process.WaitForExitAsync(Deadline);
        (await process.StandardError.ReadToEndAsync(Deadline)).ShouldStartWith($"Killed at '{point}'");
    }

    /// <summary>Asks something of a process, and kills it once it has answered.</summary>
    private async Task<T> AskAsync<T>(Func<ListenerClient, Task<T>> ask)
    {
        using Process process = BrokerProcess.StartListening(_folder.Path, faults: null);
        await using ListenerClient client = await ConnectAsync(process);
        T answer = await ask(client);
        await KillAsync(process);
        return answer;
    }

    private static async Task<ListenerClient> ConnectAsync(Process process)
    {
        string? port = await process.StandardOutput.ReadLineAsync(Deadline);
        return port is null
            ? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(Deadline))
            : ListenerClient.Connect(int.Parse(port, CultureInfo.InvariantCulture));
    }

    private static async Task KillAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync(Deadline);
    }

    private async Task CreateAsync(TopicSettings settings, int records = 0)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(_folder.Path, cancellationToken: Deadline);
        await broker.Topics.CreateAsync("t", settings, Deadline);
        for (int i = 0; i < records; i++)
        {
            await broker.AppendAsync(new string('x', 500).To("t"));
        }
    }

    private async Task<IEnumerable<int>> ReadAsync()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(_folder.Path, cancellationToken: Deadline);
        return (await broker.ReadRecordsAsync("t")).ConvertAll(record => (int)record.Offset);
    }

    private async Task<TopicSettings> SettingsAsync()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(_folder.Path, cancellationToken: Deadline);
        return (await broker.Topics.FindAsync("t", Deadline))!.Settings;
    }
}
