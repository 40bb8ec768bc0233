using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// CreateTopics (19), versions 0–7: creates topics. KIP-4, KIP-464 (defaults), KIP-525 (what was created).
/// Deviations: one broker keeps one copy of each partition, whatever the replication factor says; replicas cannot be placed by hand; names may differ in
/// '.' and '_' only; settings that mean nothing here are taken and not kept.
/// </summary>
internal sealed class CreateTopicsApi(ListenerContext context) : ImmediateApi(ApiKey.CreateTopics, 0, 7, flexibleFrom: 5)
{
    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<AskedTopic> topics = body.ReadArray(ReadTopic);
        body.ReadInt32(); // How long it may take: it takes no time.
        bool onlyValidates = request.Version >= 1 && body.ReadBoolean();
        body.SkipTags();

        HashSet<string> repeated = [.. topics.CountBy(topic => topic.Name, StringComparer.Ordinal).Where(count => count.Value > 1).Select(count => count.Key)];
        Write(response, request.Version, topics.DistinctBy(topic => topic.Name, StringComparer.Ordinal).Select(topic => repeated.Contains(topic.Name)
            ? new CreatedTopic(topic.Name, ErrorCode.InvalidRequest, $"'{topic.Name}' is named twice.", null)
            : Create(topic, onlyValidates, cancellationToken)).ToList());
        return ValueTask.CompletedTask;
    }

    private static AskedTopic ReadTopic(WireReader reader)
    {
        string name = reader.ReadString();
        int partitions = reader.ReadInt32();
        short replicas = reader.ReadInt16();
        List<int> assignments = reader.ReadArray(static assignment =>
        {
            int partition = assignment.ReadInt32();
            assignment.ReadArray(static replica => replica.ReadInt32());
            assignment.SkipTags();
            return partition;
        });
        List<KeyValuePair<string, string?>> entries = reader.ReadArray(static entry =>
        {
            KeyValuePair<string, string?> read = new(entry.ReadString(), entry.ReadNullableString());
            entry.SkipTags();
            return read;
        });
        reader.SkipTags();
        return new AskedTopic(name, partitions, replicas, assignments.Count > 0, entries);
    }

    private CreatedTopic Create(AskedTopic topic, bool onlyValidates, CancellationToken cancellationToken)
    {
        // Many of them take minutes: whoever stops the listener does not wait for those that are left.
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (topic.PlacesReplicas)
            {
                return new CreatedTopic(topic.Name, ErrorCode.InvalidReplicaAssignment, "There is one broker: replicas cannot be placed.", null);
            }

            if (topic.Partitions is 0 or < -1 or > TopicRules.MaxPartitions)
            {
                return new CreatedTopic(topic.Name, ErrorCode.InvalidPartitions, $"A topic cannot have {topic.Partitions} partitions.", null);
            }

            if (topic.Replicas is 0 or < -1)
            {
                return new CreatedTopic(topic.Name, ErrorCode.InvalidReplicationFactor, $"A partition cannot have {topic.Replicas} copies.", null);
            }

            if (topic.Entries.Find(entry => entry.Value is null) is { Key: { } unset })
            {
                return new CreatedTopic(topic.Name, ErrorCode.InvalidConfig, $"{unset} has no value.", null);
            }

            TopicSettings settings = TopicConfiguration.Parse(topic.Entries, topic.Partitions == -1 ? null : topic.Partitions);
            return new CreatedTopic(topic.Name, ErrorCode.None, null, context.Broker.Catalog.Create(topic.Name, settings, onlyValidates));
        }
        catch (GanglionException exception)
        {
            return new CreatedTopic(topic.Name, Errors.CodeOf(exception), exception.Message, null);
        }
    }

    private void Write(WireWriter response, short version, List<CreatedTopic> created)
    {
        if (version >= 2)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteArray(created, (writer, topic) =>
        {
            writer.WriteString(topic.Name);
            if (version >= 7)
            {
                writer.WriteUuid(topic.Description?.Id ?? Guid.Empty);
            }

            writer.WriteError(topic.Error);
            if (version >= 1)
            {
                writer.WriteFault(topic.Fault);
            }

            if (version >= 5)
            {
                WriteSettings(writer, topic.Description);
            }

            writer.WriteTags();
        });
        response.WriteTags();
    }

    private void WriteSettings(WireWriter writer, TopicDescription? description)
    {
        Dictionary<string, string> defaults = description is null ? [] : TopicConfiguration.DefaultsFor(description.Settings, context.Broker.Catalog.Defaults);
        writer.WriteInt32(description?.Settings.Partitions ?? -1);
        writer.WriteInt16((short)(description is null ? -1 : 1));
        writer.WriteArray(description is null ? null : TopicConfiguration.ToEntries(description.Settings), (entries, entry) =>
        {
            entries.WriteString(entry.Key);
            entries.WriteString(entry.Value);
            entries.WriteBoolean(false); // It can be changed.
            entries.WriteInt8(ConfigSource.Of(entry, defaults));
            entries.WriteBoolean(false); // It is no secret.
            entries.WriteTags();
        });
    }

    private sealed record AskedTopic(string Name, int Partitions, short Replicas, bool PlacesReplicas, List<KeyValuePair<string, string?>> Entries);

    private sealed record CreatedTopic(string Name, ErrorCode Error, string? Fault, TopicDescription? Description);
}
