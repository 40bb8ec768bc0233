using System.Diagnostics;
using Ganglion.Kafka.Native;

namespace Ganglion.Kafka.Tests.Native;

/// <summary>What a program says that has no native client, in processes of their own: a process loads one only once.</summary>
public sealed class NativeClientTests
{
    [Fact]
    public async Task A_path_that_leads_nowhere_is_reported_with_what_to_do()
    {
        string path = Path.Combine(Path.GetTempPath(), "nowhere", "librdkafka.so.1");

        string report = await FailAsync(MockKafkaProcess.Folder, path);

        report.ShouldStartWith("librdkafka-missing: ");
        report.ShouldContain(path);
        ShouldTellWhatToDo(report);
    }

    [Fact]
    public async Task A_file_that_is_no_library_is_reported_with_what_to_do()
    {
        string path = Path.Combine(MockKafkaProcess.Folder, "MockKafka.runtimeconfig.json");

        string report = await FailAsync(MockKafkaProcess.Folder, path);

        report.ShouldStartWith("librdkafka-missing: ");
        report.ShouldContain(path);
        ShouldTellWhatToDo(report);
    }

    [Fact]
    public async Task A_native_client_that_nobody_has_brought_is_reported_with_what_to_do()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ganglion-");
        try
        {
            // Whatever NuGet has brought lies in folders below, and the list of it is left behind, too.
            foreach (string file in Directory.EnumerateFiles(MockKafkaProcess.Folder).Where(static file => !file.EndsWith(".deps.json", StringComparison.Ordinal)))
            {
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            }

            string report = await FailAsync(folder.FullName, librdkafka: null);

            report.ShouldStartWith("librdkafka-missing: ");
            ShouldTellWhatToDo(report);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(0x020002ff, "2.0.2")] // Debian 12
    [InlineData(0x020e01ff, "2.14.1")]
    public void A_native_client_that_is_too_old_is_reported_with_what_to_do(int version, string text)
    {
        NativeClientException exception = Should.Throw<NativeClientException>(() => NativeClientVersion.Check(version, "librdkafka.so.1"));

        exception.Code.ShouldBe("librdkafka-too-old");
        exception.Message.ShouldContain($"librdkafka.so.1 is librdkafka {text}.");
        ShouldTellWhatToDo(exception.Message);
    }

    [Theory]
    [InlineData(0x020f00ff)]
    [InlineData(0x020f01ff)]
    [InlineData(0x030000ff)]
    public void A_native_client_that_is_new_enough_is_taken(int version) => NativeClientVersion.Check(version, "librdkafka.so.1");

    private static async Task<string> FailAsync(string folder, string? librdkafka)
    {
        using Process process = MockKafkaProcess.Launch(folder, librdkafka, []);
        string report = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(1, report);
        return report;
    }

    private static void ShouldTellWhatToDo(string report)
    {
        foreach (string word in (string[])["NuGet", "Debian", "Alpine", "macOS", "Windows", NativeClient.Variable])
        {
            report.ShouldContain(word);
        }
    }
}
