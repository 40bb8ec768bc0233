using System.Text.Json.Nodes;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace EndToEnd.Marketing;

/// <summary>What the marketing assistant has left behind: on its topics, and in the world outside.</summary>
internal sealed class MarketingOutcome(string data)
{
    /// <summary>The topics of the way of a lead that nobody stops.</summary>
    public static readonly string[] Way =
    [
        "lead.new", "lead.cleaned", "pitch.generated", "pitch.compliant", "pitch.analyzed", "availability.checked",
        "message.ready", "message.pending_approval", "message.approved", "notifications.sales", "email.send", "crm.sync",
    ];

    /// <summary>The e-mails, as they lie in the spool.</summary>
    public IReadOnlyList<Email> Emails => [.. Directory.GetFiles(Outbox("email"), "*.eml").Select(file => Email.Parse(File.ReadAllText(file)))];

    /// <summary>What was posted to sales.</summary>
    public IReadOnlyList<JsonNode> Notices => [.. Directory.GetFiles(Outbox("sales"), "*.json").Select(file => JsonNode.Parse(File.ReadAllText(file))!)];

    /// <summary>The CRM.</summary>
    public string Crm => File.ReadAllText(Outbox("crm.csv"));

    /// <summary>The numbers of the leads on each of the topics, in order.</summary>
    public async Task<Dictionary<string, string[]>> ReadLeadsAsync(params string[] topics)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(Path.Combine(data, "log"));
        var leads = new Dictionary<string, string[]>();
        foreach (string topic in topics)
        {
            leads[topic] = [.. (await ReadAsync(broker, topic)).Select(one => $"{one["lead_id"]}").Order(StringComparer.Ordinal)];
        }

        return leads;
    }

    /// <summary>The data of the events of a topic, but not of what tells where its route has changed.</summary>
    private static async Task<List<JsonNode>> ReadAsync(EmbeddedBroker broker, string topic)
    {
        TopicDescription description = (await broker.Topics.FindAsync(topic)).ShouldNotBeNull(topic);
        return await broker.ReadAllAsync(description)
            .Where(record => record.Key is not null)
            .Select(record => JsonNode.Parse(record.Value!.Value.Span)!)
            .ToListAsync();
    }

    private string Outbox(string name) => Path.Combine(data, "outbox", name);
}
