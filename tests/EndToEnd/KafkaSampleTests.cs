using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ganglion.Agents;
using Ganglion.Kafka.Tests;

namespace EndToEnd;

/// <summary>The sample on a cluster: processes that come, go and die share the work.</summary>
/// <remarks>
/// On the mock cluster it cannot be shown that each invoice is classified once: it forgets the offsets that transactions commit, so that
/// whoever takes over a partition reads it from its beginning, and finds in its state that the invoices are known. What is shown is
/// that none is lost, and that the topics of deploy/kubernetes are all that it needs: this cluster creates none.
/// </remarks>
public sealed partial class KafkaSampleTests : IAsyncLifetime
{
    private const int Wave = 40;
    private static readonly string[] Inbox =
        [.. Enumerable.Range(0, new AgentOptions().Partitions).Select(number => $"invoice-classifier.inbox-{number}")];

    private readonly TemporaryFolder _folder = new();
    private MockCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await MockCluster.StartAsync();
        string topics = await File.ReadAllTextAsync(Path.Combine(Tutorial.Root, "deploy", "kubernetes", "topics.yaml"));
        foreach (Match topic in Topic().Matches(topics))
        {
            await _cluster.CreateTopicAsync(topic.Groups["name"].Value, int.Parse(topic.Groups["partitions"].Value, CultureInfo.InvariantCulture));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task Processes_on_Kafka_share_the_work_and_go_on_without_one_that_is_killed_and_with_one_that_comes()
    {
        await using SampleProcess first = Start("--kafka", _cluster.BootstrapServers, "--input", "-", "--json");
        await using SampleProcess second = Start("--count", "0");
        await using SampleProcess third = Start("--count", "0");
        await WhenSharedAsync(first, second, third);
        await ClassifyAsync(first, wave: 1);

        await third.KillAsync();
        Task classifying = ClassifyAsync(first, wave: 2);
        await WhenSharedAsync(first, second);
        await classifying;

        await using SampleProcess fourth = Start("--count", "0");
        await WhenSharedAsync(first, second, fourth);
        await ClassifyAsync(first, wave: 3);
    }

    // Where the name of a topic is none for Kubernetes, it comes second.
    [GeneratedRegex(@"^  name: (?<name>\S+)\n(.*\n){3}(  topicName: (?<name>\S+)\n)?  partitions: (?<partitions>\d+)$", RegexOptions.Multiline)]
    private static partial Regex Topic();

    private SampleProcess Start(params string[] arguments) => SampleProcess.Start(
        _folder.Data,
        new Dictionary<string, string>
        {
            ["Ganglion__Kafka__BootstrapServers"] = _cluster.BootstrapServers,

            // The mock cluster lets each rebalance wait nearly as long.
            ["Ganglion__Kafka__Consumer__SessionTimeout"] = "00:00:03",
        },
        arguments);

    /// <summary>Waits until each process has told of a share of its own, and together they have the whole inbox.</summary>
    private static async Task WhenSharedAsync(params SampleProcess[] processes)
    {
        while (true)
        {
            Task[] news = [.. processes.Select(process => process.NextError)];
            string[][] shares = [.. processes.Select(ShareOf)];
            if (shares.All(share => share.Length > 0) && shares.SelectMany(share => share).Order().SequenceEqual(Inbox))
            {
                return;
            }

            await Task.WhenAny(news);
            processes.ShouldAllBe(process => !process.HasExited);
        }
    }

    // What it was told last.
    private static string[] ShareOf(SampleProcess process) =>
        Share().Matches(process.Errors).LastOrDefault()?.Groups["partitions"].Value is { } told and not "none" ? told.Split(", ") : [];

    [GeneratedRegex("Of the group invoice-classifier, this process has these partitions now: (?<partitions>.*)\\.")]
    private static partial Regex Share();

    /// <summary>Types invoices of which the model is sure, for all partitions, and waits until each has been classified.</summary>
    private static async Task ClassifyAsync(SampleProcess process, int wave)
    {
        var missing = new HashSet<string>();
        for (int number = 0; number < Wave; number++)
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"INV-{wave}-{number}");
            missing.Add(id);
            await process.TypeAsync($$"""{"invoice_id":"{{id}}","amount":10,"status":"CREATED","supplier":"Nordlicht"}""");
        }

        while (missing.Count > 0)
        {
            string line = await process.WaitForAsync("\"invoice.classified\"");
            missing.Remove(JsonNode.Parse(line)!["data"]!["invoice_id"]!.ToString());
        }
    }
}
