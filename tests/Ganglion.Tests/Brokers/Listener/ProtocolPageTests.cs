using System.Net;
using System.Text.RegularExpressions;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Transactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>docs/kafka-protocol.md says what is served; this holds the code to it.</summary>
public sealed partial class ProtocolPageTests
{
    [Fact]
    public async Task The_page_names_every_request_with_its_versions()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        TransactionCoordinator transactions = TransactionCoordinator.Of(broker);
        var table = new ApiTable(new ListenerContext(
            broker, transactions, new ClientGroups(broker, TimeSpan.Zero), new DnsEndPoint("localhost", 9092), NullLogger.Instance));

        string page = await File.ReadAllTextAsync(Path.Combine(Root(), "docs/kafka-protocol.md"), TestContext.Current.CancellationToken);

        Row().Matches(page).Select(row => row.Value)
            .ShouldBe(table.All.Select(api => $"| {api.Key} | {(short)api.Key} | {api.MinVersion}–{api.MaxVersion} |"));
    }

    private static string Root()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Ganglion.slnx")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^\| [A-Za-z]+ \| \d+ \| \d+–\d+ \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
