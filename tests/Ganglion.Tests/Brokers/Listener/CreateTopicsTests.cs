using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Tests.Brokers.Listener;

/// <summary>Clients create topics, or ask what would be created.</summary>
public sealed class CreateTopicsTests : IAsyncLifetime
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.CreateVolatile(
        new EmbeddedBrokerOptions { TopicDefaults = new TopicSettings { Partitions = 3, Retention = TimeSpan.FromHours(2) } });

    private KafkaListener _listener = null!;
    private ListenerClient _client = null!;

    private static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _listener = await ListenerClient.ListenAsync(_broker);
        _client = ListenerClient.Connect(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _listener.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task What_would_be_created_is_what_is_created()
    {
        List<Created> validated = await CreateAsync(onlyValidates: true, "notes");

        (await _broker.Topics.FindAsync("notes", Deadline)).ShouldBeNull();
        List<Created> created = await CreateAsync(onlyValidates: false, "notes");
        created.ShouldBe(validated);
        created.ShouldHaveSingleItem().ShouldBe(new Created("notes", ErrorCode.None, 3, "7200000"));
        (await CreateAsync(onlyValidates: true, "notes")).ShouldHaveSingleItem().Error.ShouldBe(ErrorCode.TopicAlreadyExists);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_topic_that_is_named_twice_is_not_created()
    {
        List<Created> created = await CreateAsync(onlyValidates: false, "notes", "others", "notes");

        created.Select(topic => (topic.Name, topic.Error)).ShouldBe([("notes", ErrorCode.InvalidRequest), ("others", ErrorCode.None)]);
        (await _broker.Topics.FindAsync("notes", Deadline)).ShouldBeNull();
    }

    private async Task<List<Created>> CreateAsync(bool onlyValidates, params string[] names)
    {
        WireReader answer = await _client.AskAsync(
            ApiKey.CreateTopics,
            5,
            writer =>
            {
                writer.WriteArray(names, static (topics, name) =>
                {
                    topics.WriteString(name);
                    topics.WriteInt32(-1);
                    topics.WriteInt16(-1);
                    topics.WriteArray(Array.Empty<int>(), static (_, _) => { }); // Nobody says where replicas lie,
                    topics.WriteArray(Array.Empty<int>(), static (_, _) => { }); // nor how the topic is set up.
                    topics.WriteTags();
                });
                writer.WriteInt32(1_000);
                writer.WriteBoolean(onlyValidates);
                writer.WriteTags();
            },
            isFlexible: true);
        answer.ReadInt32();
        return answer.ReadArray(static topic =>
        {
            string name = topic.ReadString();
            var error = (ErrorCode)topic.ReadInt16();
            topic.ReadNullableString();
            int partitions = topic.ReadInt32();
            topic.ReadInt16();
            List<(string Name, string? Value)>? config = topic.ReadNullableArray(static entry =>
            {
                (string, string?) read = (entry.ReadString(), entry.ReadNullableString());
                entry.ReadBoolean();
                entry.ReadInt8();
                entry.ReadBoolean();
                entry.SkipTags();
                return read;
            });
            topic.SkipTags();
            return new Created(name, error, partitions, config?.Single(entry => entry.Name == "retention.ms").Value);
        });
    }

    private sealed record Created(string Name, ErrorCode Error, int Partitions, string? Retention);
}
