using System.Diagnostics;
using System.Globalization;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Microsoft.Win32.SafeHandles;

namespace Ganglion.Tests.Brokers.Embedded;

/// <summary>What a broker does with its disk, seen from outside of its process.</summary>
public sealed class DiskTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_acknowledged_is_on_the_disk_and_not_only_in_the_memory_of_the_operating_system()
    {
        // Not in the folder for temporary files, which may be kept in memory only.
        using var folder = new TemporaryFolder(AppContext.BaseDirectory);
        using SafeFileHandle unflushed = File.OpenHandle(folder["unflushed"], FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(unflushed, new byte[10_000], 0);
        PageCache.DirtyBytesOf(folder["unflushed"]).ShouldBeGreaterThan(0, "This system does not tell what its disk lacks.");
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder["data"], cancellationToken: Cancelled);
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Cancelled);

        for (int i = 0; i < 20; i++)
        {
            await producer.AppendAsync($"{i}".To("t"), Cancelled);
            Directory.GetFiles(folder["data/commit"]).Sum(PageCache.DirtyBytesOf).ShouldBe(0);
        }
    }

    [Fact]
    public async Task Reading_at_the_tail_reads_nothing_from_the_disk()
    {
        using var folder = new TemporaryFolder();
        using Process process = BrokerProcess.Start("tail", folder.Path, TimeSpan.Zero);
        string output = await process.StandardOutput.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);

        // Two thousand records of 1 KB have been read. The runtime itself may have looked into some files.
        int.Parse(output, CultureInfo.InvariantCulture).ShouldBeLessThan(100_000);
    }

    [Fact]
    public async Task A_folder_that_becomes_read_only_refuses_producers_and_spares_readers_until_it_is_writable()
    {
        using var folder = new TemporaryFolder();
        using Process process = BrokerProcess.StartWithoutPrivileges("deny", folder.Path);
        string errors = await process.StandardError.ReadToEndAsync(Cancelled);
        string output = await process.StandardOutput.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);

        errors.ShouldBeEmpty();
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["appended", "refused: storage-read-only", "readable: True", "appended", "recovered: True"]);
        process.ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_folder_that_cannot_be_written_is_not_opened_and_the_reason_is_told(bool isNew)
    {
        using var folder = new TemporaryFolder();
        if (!isNew)
        {
            await (await EmbeddedBroker.OpenAsync(folder.Path, cancellationToken: Cancelled)).DisposeAsync();
        }

        using Process mounted = BrokerProcess.StartOnReadOnlyDisk("open", folder.Path);
        (await OutputOfAsync(mounted)).ShouldBe("refused: storage-read-only");

        Permit("a-w");
        using Process denied = BrokerProcess.StartWithoutPrivileges("open", folder.Path);
        string output = await OutputOfAsync(denied);
        Permit("u+w");
        output.ShouldBe("refused: storage-read-only");

        void Permit(string mode)
        {
            using var chmod = Process.Start("chmod", ["-R", mode, folder.Path]);
            chmod.WaitForExit();
        }
    }

    private static async Task<string> OutputOfAsync(Process process)
    {
        string errors = await process.StandardError.ReadToEndAsync(Cancelled);
        string output = await process.StandardOutput.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        errors.ShouldBeEmpty();
        return output.TrimEnd();
    }
}
