using Ganglion.Agents;
using Ganglion.Budgets;
using Ganglion.DeadLetters;
using Ganglion.Registry;
using Ganglion.Routes;
using Ganglion.Runtime;

namespace Ganglion.Kafka.Doctor;

/// <summary>Compares topics with what the agents need of them.</summary>
/// <param name="topics">All topics that can be seen.</param>
/// <param name="brokers">How many brokers the cluster has; <see langword="null"/>: it is none.</param>
internal sealed class TopicExamination(IReadOnlyCollection<ExaminedTopic> topics, int? brokers = null)
{
    private const string InboxSuffix = ".inbox";

    private static readonly string[] Control = [AgentRegistry.Topic, SubscriptionRegistry.Topic, Pauses.Topic, BudgetCatalog.Topic, DecisionLog.Topic];

    private readonly Dictionary<string, ExaminedTopic> _topics = topics.ToDictionary(topic => topic.Name, StringComparer.Ordinal);
    private readonly List<Finding> _findings = [];

    /// <summary>The agents that have an inbox.</summary>
    public IReadOnlyList<string> Agents { get; } =
    [
        .. topics.Select(topic => topic.Name)
            .Where(name => name.EndsWith(InboxSuffix, StringComparison.Ordinal) && name != Ganglion.Clients.ClientInbox.Topic)
            .Select(name => name[..^InboxSuffix.Length]).Where(AgentType.IsValid).Order(StringComparer.Ordinal),
    ];

    /// <summary>The topics that Ganglion has made for itself.</summary>
    public IReadOnlyList<ExaminedTopic> Own =>
    [
        .. Agents.Select(agent => new AgentTopics(new AgentType(agent), 1))
            .SelectMany(own => (string[])[own.Inbox, own.State, own.Timers, own.Journal]).Concat(Control)
            .Select(name => _topics.GetValueOrDefault(name)).OfType<ExaminedTopic>(),
    ];

    public IReadOnlyList<Finding> Examine()
    {
        foreach (string agent in Agents)
        {
            ExamineAgent(agent);
        }

        foreach (string name in Control)
        {
            if (_topics.TryGetValue(name, out ExaminedTopic? topic))
            {
                ExamineControl(topic);
            }
        }

        foreach (ExaminedTopic topic in topics.Where(topic => DeadLetterTopic.Is(topic.Name)))
        {
            ExamineDeadLetters(topic);
        }

        int before = _findings.Count;
        foreach (ExaminedTopic topic in Own)
        {
            ExamineCopies(topic);
        }

        return [.. _findings.Take(before), .. _findings.Skip(before).GroupBy(finding => (finding.Level, finding.Text, finding.Remedy)).Select(Merge)];
    }

    // Most clusters keep all of them alike.
    private static Finding Merge(IEnumerable<Finding> alike)
    {
        Finding[] all = [.. alike];
        return all.Length == 1 ? all[0] : all[0] with { Check = "topics", Text = $"{string.Join(", ", all.Select(finding => finding.Check))}: {all[0].Text}" };
    }

    private void ExamineAgent(string agent)
    {
        int before = _findings.Count;
        var own = new AgentTopics(new AgentType(agent), 1);
        ExaminedTopic inbox = _topics[own.Inbox];
        if (inbox.Has("compact"))
        {
            Fault(inbox, "compacts, which removes events of an instance before they are handled", "cleanup.policy=delete");
        }

        foreach (string name in (string[])[own.State, own.Timers, own.Journal])
        {
            if (!_topics.TryGetValue(name, out ExaminedTopic? topic))
            {
                _findings.Add(Finding.Warning(name, "is not there, or may not be seen.", "Nothing, if the agent has not started since; else let its user see it (Describe)."));
                continue;
            }

            if (topic.Partitions != inbox.Partitions)
            {
                _findings.Add(Finding.Fault(
                    name,
                    $"has {topic.Partitions} partitions, but {inbox.Name} has {inbox.Partitions}: what an instance remembers is looked for in another partition than that of its events.",
                    $"Stop the agent, and create {name} anew with {inbox.Partitions} partitions, from a copy ('ganglion state export' and 'import') if it has something."));
            }

            ExamineCompaction(topic);
            if (topic.MaxMessageBytes < inbox.MaxMessageBytes)
            {
                _findings.Add(Finding.Warning(
                    name,
                    $"takes records up to {topic.MaxMessageBytes} bytes, {inbox.Name} up to {inbox.MaxMessageBytes}: what comes of a large event may not fit.",
                    $"Set its max.message.bytes={inbox.MaxMessageBytes}."));
            }
        }

        if (_findings.Count == before)
        {
            _findings.Add(Finding.Ok($"agent {agent}", $"its topics have {inbox.Partitions} partitions each{(inbox.Cleanup is null ? "" : ", and keep what they must")}."));
        }
    }

    private void ExamineControl(ExaminedTopic topic)
    {
        if (topic.Partitions != 1)
        {
            _findings.Add(Finding.Fault(
                topic.Name, $"has {topic.Partitions} partitions, of which only the first is read.", "Stop all hosts, and delete it: it is created anew with one."));
        }

        ExamineCompaction(topic);
    }

    // What is removed by age is forgotten; what is not compacted is read from its beginning at each start.
    private void ExamineCompaction(ExaminedTopic topic)
    {
        if (topic.Cleanup is null)
        {
            return;
        }

        if (topic.Has("delete"))
        {
            Fault(topic, $"has cleanup.policy={topic.Cleanup}: what it has is forgotten when it is old", "cleanup.policy=compact");
        }
        else if (!topic.Has("compact"))
        {
            _findings.Add(Finding.Warning(topic.Name, "is not compacted: it grows, and starts take longer and longer.", "Set its cleanup.policy=compact."));
        }
    }

    private void ExamineDeadLetters(ExaminedTopic topic)
    {
        if (topic.Has("compact"))
        {
            Fault(topic, "compacts: of the dead letters of one key, only the newest is kept", "cleanup.policy=delete and retention.ms=-1");
        }
        else if (topic.Has("delete") && topic.RetentionMs is >= 0 and var retention)
        {
            _findings.Add(Finding.Warning(
                topic.Name, $"keeps dead letters for {TimeSpan.FromMilliseconds(retention)} only.", "Set its retention.ms=-1, or decide about them in time."));
        }
    }

    private void ExamineCopies(ExaminedTopic topic)
    {
        if (topic.Lagging > 0)
        {
            _findings.Add(Finding.Warning(topic.Name, $"{topic.Lagging} partitions have copies that are behind.", "Look for brokers that are down or overloaded."));
        }

        if (topic.MinInSync > topic.Replicas)
        {
            Fault(topic, $"has {topic.Replicas} copies, of which {topic.MinInSync} must have each record: nothing can be written", $"min.insync.replicas={topic.Replicas}");
        }
        else if (topic.MinInSync == topic.Replicas && topic.Replicas > 1)
        {
            _findings.Add(Finding.Warning(
                topic.Name, $"all of its {topic.Replicas} copies must have each record: nothing can be written while one broker is down.", $"Set its min.insync.replicas={topic.Replicas - 1}."));
        }
        else if (topic is { Replicas: < 3 } && brokers >= 3)
        {
            _findings.Add(Finding.Warning(
                topic.Name,
                $"has {topic.Replicas} {(topic.Replicas == 1 ? "copy" : "copies")}, though there are {brokers} brokers: it is lost, or stands still, with as many of them.",
                "Reassign it to three (kafka-reassign-partitions.sh)."));
        }
        else if (topic is { MinInSync: 1, Replicas: >= 3 })
        {
            _findings.Add(Finding.Warning(
                topic.Name, "one copy is enough for a record to count as written: it is lost if that broker is.", "Set its min.insync.replicas=2."));
        }
    }

    private void Fault(ExaminedTopic topic, string text, string settings) =>
        _findings.Add(Finding.Fault(topic.Name, text + ".", $"Set its {settings} (kafka-configs.sh --alter)."));
}
