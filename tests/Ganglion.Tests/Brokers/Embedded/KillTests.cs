using System.Diagnostics;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Embedded;

/// <summary>Real processes, killed while they write.</summary>
public sealed class KillTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public async Task Killed_again_and_again_no_acknowledged_commit_is_lost_and_none_is_half(int flushMilliseconds)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(flushMilliseconds);
        var acknowledged = new List<string>();
        for (int kill = 0; kill < 6; kill++)
        {
            acknowledged.AddRange(await RunAndKillAsync(folder.Path, TimeSpan.FromMilliseconds(flushMilliseconds), random.Next(1, 3000)));
        }

        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path);
        List<string> left = [.. (await broker.ReadAllAsync("left")).Select(Text)];
        List<string> right = [.. (await broker.ReadAllAsync("right")).Select(Text)];

        left.ShouldBe(right);
        left.ShouldBeUnique();
        acknowledged.Count.ShouldBeGreaterThan(6);
        acknowledged.Except(left, StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("80m")]
    [InlineData("40m")] // There is no room for the commit log's first file.
    public async Task A_full_disk_refuses_producers_and_spares_readers_until_there_is_room(string size)
    {
        using var folder = new TemporaryFolder();
        using Process process = BrokerProcess.StartOnSmallDisk("fill", folder.Path, size, TimeSpan.Zero);
        string errors = await process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        errors.ShouldBeEmpty();
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["refused: storage-full", "readable: True", "recovered: True"]);
        process.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task An_agent_whose_state_finds_no_room_on_the_disk_waits_for_it_and_goes_on_with_nothing_lost_or_done_twice()
    {
        using var folder = new TemporaryFolder();
        using Process process = BrokerProcess.StartOnSmallDisk("remember", folder.Path, "80m", TimeSpan.Zero);
        string errors = await process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        errors.ShouldBeEmpty();
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["refused: storage-full", "told: storage-full", "works: True", "exact: True"]);
        process.ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData(20_000_000)] // The segment reaches the limit.
    [InlineData(2_000_000)] // The commit log does.
    public async Task A_limit_on_the_size_of_files_refuses_producers_and_spares_readers_until_it_is_raised(int bytes)
    {
        using var folder = new TemporaryFolder();
        using Process process = BrokerProcess.StartWithSmallFiles("fill", folder.Path, bytes, isDeadly: false);
        string? refused = await process.StandardOutput.ReadLineAsync();
        string? readable = await process.StandardOutput.ReadLineAsync();
        BrokerProcess.AllowLargeFiles(process);
        string recovered = await process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        errors.ShouldBeEmpty();
        refused.ShouldBe("refused: storage-full");
        readable.ShouldBe("readable: True");
        recovered.TrimEnd().ShouldBe("recovered: True");
        process.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_limit_on_the_size_of_files_that_lets_nothing_be_written_refuses_to_open()
    {
        using var folder = new TemporaryFolder();
        using Process process = BrokerProcess.StartWithSmallFiles("open", folder.Path, bytes: 0, isDeadly: false);
        string errors = await process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        errors.ShouldBeEmpty();
        output.TrimEnd().ShouldBe("refused: storage-full");
    }

    /// <summary>Lets the process acknowledge some commits and kills it in the middle of more.</summary>
    private static async Task<List<string>> RunAndKillAsync(string folder, TimeSpan flushInterval, int killAfter)
    {
        using Process process = BrokerProcess.Start("commit", folder, flushInterval);
        var acknowledged = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            acknowledged.Add(line);
            if (acknowledged.Count == killAfter)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync();
        acknowledged.Count.ShouldBeGreaterThanOrEqualTo(killAfter, await process.StandardError.ReadToEndAsync());

        // The last line may be torn: then nobody can have read it as an acknowledgement.
        return acknowledged[..^1];
    }

    private static string Text(string value) => value[..value.IndexOf(':', StringComparison.Ordinal)];
}
