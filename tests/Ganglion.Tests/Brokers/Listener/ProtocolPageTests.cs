using System.Net;
using System.Text.RegularExpressions;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>docs/kafka-protocol.md and the heads of the requests say what is served; this holds the code to it.</summary>
public sealed partial class ProtocolPageTests : IAsyncLifetime
{
    // Told from version 0, and served from here: see ApiVersionsApi.
    private const short OldestProduce = 3;

    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task The_page_names_every_request_with_its_versions() => (await ReadPageAsync()).Select(row => row.Request)
        .ShouldBe(Served().Select(api => $"| {api.Key} | {(short)api.Key} | {api.MinVersion}–{api.MaxVersion} |"));

    [Fact]
    public async Task The_head_of_every_request_names_its_versions_its_specification_and_whether_it_deviates_as_the_page_does()
    {
        Dictionary<string, bool> deviates = (await ReadPageAsync()).ToDictionary(row => row.Request.Split(' ')[1], row => row.Deviates);
        foreach (Api api in Served())
        {
            string code = await File.ReadAllTextAsync(Path.Combine(Root(), $"src/Ganglion/Brokers/Listener/Apis/{api.Key}Api.cs"), Deadline);
            string head = code[code.IndexOf("<summary>", StringComparison.Ordinal)..code.IndexOf("</summary>", StringComparison.Ordinal)];
            int oldest = api.Key == ApiKey.Produce ? OldestProduce : api.MinVersion;
            string versions = oldest == api.MaxVersion ? $"version {oldest}" : $"versions {oldest}–{api.MaxVersion}";

            head.ShouldContain($"{api.Key} ({(short)api.Key}), {versions}");
            head.ShouldContain("KIP-", Case.Sensitive, $"{api.Key} follows some specification.");
            head.Contains("Deviations:", StringComparison.Ordinal).ShouldBe(deviates[api.Key.ToString()], $"{api.Key} deviates, or does not.");
        }
    }

    private static async Task<IEnumerable<(string Request, bool Deviates)>> ReadPageAsync()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Root(), "docs/kafka-protocol.md"), Deadline);
        return Row().Matches(page).Select(row => (row.Groups[1].Value, row.Groups[2].Value.Trim().Length > 0));
    }

    private IEnumerable<Api> Served() => new ApiTable(new ListenerContext(
        _broker,
        TransactionCoordinator.Of(_broker),
        new ClientGroups(_broker, TimeSpan.Zero),
        new DnsEndPoint("localhost", 9092),
        NullLogger.Instance)).All;

    private static string Root()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Ganglion.slnx")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^(\| [A-Za-z]+ \| \d+ \| \d+–\d+ \|)([^|\n]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
