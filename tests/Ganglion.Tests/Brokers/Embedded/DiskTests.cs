using System.Diagnostics;
using System.Globalization;

namespace Ganglion.Tests.Brokers.Embedded;

/// <summary>What a broker does with its disk, seen from outside of its process.</summary>
public sealed class DiskTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

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
}
