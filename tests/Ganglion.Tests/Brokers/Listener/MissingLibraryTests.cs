using System.Diagnostics;
using System.Globalization;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Records.Compression;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Tests.Brokers.Embedded;
using Ganglion.Tests.Brokers.Embedded.Records.Compression;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>A machine on which nothing decompresses but .NET.</summary>
public sealed class MissingLibraryTests
{
    private static readonly CodecLibrary[] Libraries = [CodecLibrary.Snappy, CodecLibrary.Lz4, CodecLibrary.Zstd];

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Where_a_library_is_missing_its_batches_are_refused_and_told_of_once_and_what_lies_in_the_log_is_not_passed_over()
    {
        using var folder = new TemporaryFolder();
        await StoreAsync(folder.Path, ForeignBatches.All["zstd of librdkafka"]);

        using Process process = BrokerProcess.StartWithout(FilesOf(Libraries), "decompress", folder.Path);
        for (int i = 0; i < 2; i++)
        {
            string told = await ReadLineAsync(process);
            told.ShouldStartWith("compression-unsupported at 0: Offset 0 of stored-0 cannot be read. ");
            told.ShouldContain("libzstd1");
        }

        await using (ListenerClient client = ListenerClient.Connect(int.Parse(await ReadLineAsync(process), CultureInfo.InvariantCulture)))
        {
            foreach (string refused in new[] { "snappy of librdkafka", "snappy of kafka-python", "lz4 of librdkafka", "zstd of librdkafka" })
            {
                (ErrorCode error, string? fault) = await client.ProduceAsync(8, "stored", ForeignBatches.All[refused]);
                error.ShouldBe(ErrorCode.UnsupportedCompressionType);
                fault.ShouldNotBeNull().ShouldContain($"compressed by {refused.Split(' ')[0]} cannot be read");
            }

            (await client.ProduceAsync(8, "stored", ForeignBatches.All["gzip of librdkafka"])).Error.ShouldBe(ErrorCode.None);
        }

        foreach (string package in new[] { "libsnappy1v5", "liblz4-1", "libzstd1" })
        {
            string told = await ReadLineAsync(process);
            told.ShouldStartWith("warn: ");
            told.ShouldContain(package);
        }

        process.Kill();
        await process.WaitForExitAsync(Deadline);
    }

    private static async Task StoreAsync(string folder, byte[] batch)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder, cancellationToken: Deadline);
        await broker.Topics.CreateAsync("stored", cancellationToken: Deadline);
        await using KafkaListener listener = await ListenerClient.ListenAsync(broker);
        await using ListenerClient client = ListenerClient.Connect(listener);
        (await client.ProduceAsync(7, "stored", batch)).Error.ShouldBe(ErrorCode.None);
    }

    private static async Task<string> ReadLineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync(Deadline) ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(Deadline));

    // The last column of what this process has loaded.
    private static string[] FilesOf(CodecLibrary[] libraries)
    {
        libraries.ShouldAllBe(library => library.Fault == null);
        string[] files =
        [
            .. File.ReadLines("/proc/self/maps").Select(line => line.Split(' ')[^1]).Distinct()
                .Where(file => Path.GetFileName(file).Split('.')[0] is "libsnappy" or "liblz4" or "libzstd"),
        ];
        files.Length.ShouldBe(libraries.Length);
        return files;
    }
}
