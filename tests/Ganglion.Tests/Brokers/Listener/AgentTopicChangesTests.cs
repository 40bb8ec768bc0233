using System.Net;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Runtime;
using Ganglion.Tests.Brokers.Listener.Security;
using Microsoft.Extensions.Logging;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Operators are told of clients that change what agents need, and of nothing else.</summary>
public sealed class AgentTopicChangesTests : IAsyncLifetime
{
    private static readonly AgentTopics Topics = new(new AgentType("echo"), 2);

    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile();
    private readonly ListenerLog _log = new();
    private readonly LoggerFactory _loggers;
    private KafkaListener _listener = null!;
    private ListenerClient _client = null!;

    public AgentTopicChangesTests() => _loggers = new LoggerFactory([_log]);

    public async ValueTask InitializeAsync()
    {
        _listener = await KafkaListener.StartAsync(_broker, new KafkaListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), LoggerFactory = _loggers });
        _client = ListenerClient.Connect(_listener);
        foreach (string topic in (string[])[Topics.Inbox, Topics.State, Topics.Timers, Topics.Journal, "notes", "lonely.state"])
        {
            await _broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = 2 }, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
        _loggers.Dispose();
        _log.Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_changes_or_deletes_a_topic_of_an_agent_is_told_of()
    {
        foreach (string topic in (string[])[Topics.Inbox, Topics.State, Topics.Timers, Topics.Journal])
        {
            (await _client.SetAsync(topic, "cleanup.policy", "delete")).ShouldBe((ErrorCode.None, null));
            await _log.WaitForAsync($"Warning The client at 127.0.0.1 has changed the settings of '{topic}', where the agent echo has ");
            (await _client.AddPartitionsAsync(3, topic, 3)).ShouldBe((ErrorCode.None, null));
            await _log.WaitForAsync($"Warning The client at 127.0.0.1 has given '{topic}' more partitions");
        }

        // The last of them would say nothing more of an agent.
        foreach (string topic in (string[])[Topics.Inbox, Topics.State, Topics.Timers])
        {
            await DeleteAsync(topic);
            await _log.WaitForAsync($"Warning The client at 127.0.0.1 has deleted '{topic}', where the agent echo had ");
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_only_tried_and_topics_of_others_are_changed_without_a_word()
    {
        await _client.ChangeAsync(1, ConfigRequests.Topic, Topics.State, onlyValidates: true, ("cleanup.policy", 0, "delete"));
        await _client.AddPartitionsAsync(3, Topics.State, 3, onlyValidates: true);
        foreach (string topic in (string[])["notes", "lonely.state"])
        {
            (await _client.SetAsync(topic, "cleanup.policy", "delete")).ShouldBe((ErrorCode.None, null));
            await _client.AddPartitionsAsync(3, topic, 3);
            await DeleteAsync(topic);
        }

        _log.Lines.ShouldNotContain(line => line.StartsWith("Warning", StringComparison.Ordinal));
    }

    private async Task DeleteAsync(string topic)
    {
        await _client.AskAsync(ApiKey.DeleteTopics, 1, writer =>
        {
            writer.WriteArray([topic], static (topics, name) => topics.WriteString(name));
            writer.WriteInt32(1000);
        });
        _broker.Catalog.Find(topic).ShouldBeNull();
    }
}
