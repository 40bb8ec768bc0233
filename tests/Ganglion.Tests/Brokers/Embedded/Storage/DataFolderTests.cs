using System.Diagnostics;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace Ganglion.Tests.Brokers.Embedded.Storage;

public sealed class DataFolderTests
{
    [Fact]
    public async Task The_second_comer_is_told_who_holds_the_folder()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedBroker first = await EmbeddedBroker.OpenAsync(folder.Path);

        StorageException refused = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));

        refused.Code.ShouldBe("data-folder-locked");
        refused.Message.ShouldContain($"process {Environment.ProcessId}");
    }

    [Fact]
    public async Task A_process_that_is_killed_holds_its_folder_no_longer()
    {
        using var folder = new TemporaryFolder();
        using Process holder = BrokerProcess.Start("commit", folder.Path, TimeSpan.Zero);
        await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);

        StorageException refused = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));
        holder.Kill();
        await holder.WaitForExitAsync(TestContext.Current.CancellationToken);

        refused.Code.ShouldBe("data-folder-locked");
        refused.Message.ShouldContain($"process {holder.Id} (dotnet)");
        await using EmbeddedBroker next = await EmbeddedBroker.OpenAsync(folder.Path);
        (await next.ReadAllAsync("left")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_folder_can_be_opened_again_once_it_is_closed()
    {
        using var folder = new TemporaryFolder();
        await (await EmbeddedBroker.OpenAsync(folder.Path)).DisposeAsync();
        await (await EmbeddedBroker.OpenAsync(folder.Path)).DisposeAsync();
    }

    [Fact]
    public async Task A_folder_of_a_newer_format_is_refused_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["ganglion.json"], """{ "version": 2 }""", TestContext.Current.CancellationToken);

        StorageException refused = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));

        refused.Code.ShouldBe("data-folder-version-unsupported");
        refused.Message.ShouldContain("newer version");
        Directory.Exists(folder["topics"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Damaged_settings_are_named()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.Path))
        {
            await broker.AppendAsync("a".To("t"));
        }

        await File.WriteAllTextAsync(folder["topics/t/topic.json"], "{", TestContext.Current.CancellationToken);

        StorageException refused = await Should.ThrowAsync<StorageException>(() => EmbeddedBroker.OpenAsync(folder.Path));
        refused.Code.ShouldBe("data-folder-damaged");
        refused.Message.ShouldContain("topic.json");
    }
}
