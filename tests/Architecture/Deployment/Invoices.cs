using System.Text.RegularExpressions;
using Ganglion.Agents;

namespace Architecture.Deployment;

/// <summary>What the invoice sample has on a broker, by its own code and by that of the runtime.</summary>
internal static partial class Invoices
{
    private const string Sample = "samples/InvoiceApproval";

    /// <summary>The agent, which is also its group.</summary>
    public static string Agent { get; } = Agents().Match(Repository.Read($"{Sample}/InvoiceClassifier.cs")).Groups["name"].Value;

    /// <summary>The topics of as many partitions as the agent has.</summary>
    public static string[] WideTopics { get; } =
    [
        .. from Match channel in Text().Matches(Repository.Read($"{Sample}/Channels.cs")) select channel.Groups["text"].Value,
        .. from Match own in Own().Matches(Repository.Read("src/Ganglion/Runtime/AgentTopics.cs")) select Agent + own.Groups["suffix"].Value,
        Inbox(Agent),
        Inbox(Text().Match(Repository.Read("src/Ganglion/Clients/ClientInbox.cs")).Groups["text"].Value),
    ];

    /// <summary>The topics of one partition.</summary>
    public static string[] NarrowTopics { get; } =
    [
        Text().Match(Repository.Read($"{Sample}/Input/InputPosition.cs")).Groups["text"].Value,
        .. from file in Repository.FilesIn("src/Ganglion", "*.cs") from Match topic in Control().Matches(file.Text) select topic.Groups["text"].Value,
    ];

    /// <summary>How many partitions an agent's topics have, unless it is told otherwise.</summary>
    public static string Partitions { get; } = $"{new AgentOptions().Partitions}";

    /// <summary>The names of clients, with which their transactional ids begin.</summary>
    public static string[] Clients { get; } =
    [
        Agent,
        .. from file in Repository.FilesIn("src/Ganglion", "*.cs").Concat(Repository.FilesIn("src/Ganglion.AspNetCore", "*.cs")).Concat(Repository.FilesIn(Sample, "*.cs"))
           from Match client in Client().Matches(file.Text)
           select client.Groups["text"].Value,
        .. NarrowTopics.Where(topic => topic.StartsWith("ganglion.", StringComparison.Ordinal)),
    ];

    private static string Inbox(string agent) => $"{agent}.inbox";

    [GeneratedRegex("""const string Name = "(?<name>.+)";""")]
    private static partial Regex Agents();

    [GeneratedRegex("""const string \w+ = "(?<text>.+)";""")]
    private static partial Regex Text();

    [GeneratedRegex("""const string Topic = "(?<text>ganglion\..+)";""")]
    private static partial Regex Control();

    [GeneratedRegex("""= \$"\{Agent\}(?<suffix>\.\w+)";""")]
    private static partial Regex Own();

    [GeneratedRegex("""new ProducerOptions \{ ClientId = "(?<text>.+?)" \}""")]
    private static partial Regex Client();
}
