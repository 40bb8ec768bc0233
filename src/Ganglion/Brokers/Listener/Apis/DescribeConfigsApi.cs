using Ganglion.Brokers.Embedded.Topics;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// DescribeConfigs (32), versions 0–4: the settings of topics. KIP-133, KIP-226, KIP-569.
/// Deviations: the broker's own settings are not told; asked for them, it answers with none.
/// </summary>
internal sealed class DescribeConfigsApi(ListenerContext context) : Api(ApiKey.DescribeConfigs, 0, 4, flexibleFrom: 4)
{
    private const sbyte TextType = 2;

    public override ValueTask<bool> HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<AskedResource> resources = body.ReadArray(ReadResource);
        if (request.Version >= 1)
        {
            body.ReadBoolean(); // Whether synonyms are to be told; there are none.
        }

        if (request.Version >= 3)
        {
            body.ReadBoolean(); // Whether documentation is to be told; there is none.
        }

        body.SkipTags();

        response.WriteInt32(0); // Throttle time.
        response.WriteArray(resources, (writer, resource) => WriteResource(writer, request.Version, resource));
        response.WriteTags();
        return new(true);
    }

    private static AskedResource ReadResource(WireReader reader)
    {
        var resource = new AskedResource(
            reader.ReadInt8(), reader.ReadString(), reader.ReadNullableArray(static name => name.ReadString()));
        reader.SkipTags();
        return resource;
    }

    private void WriteResource(WireWriter writer, short version, AskedResource resource)
    {
        Topic? topic = resource.Type == ConfigResource.Topic ? context.Broker.Catalog.Find(resource.Name) : null;
        bool isMissing = resource.Type == ConfigResource.Topic && topic is null;
        writer.WriteError(isMissing ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None);
        writer.WriteString(isMissing ? $"Topic '{resource.Name}' does not exist." : null);
        writer.WriteInt8(resource.Type);
        writer.WriteString(resource.Name);
        Dictionary<string, string> entries = topic is null ? [] : TopicConfiguration.ToEntries(topic.Settings);
        writer.WriteArray(
            [.. entries.Where(entry => resource.Names?.Contains(entry.Key) ?? true)],
            (configs, entry) => WriteEntry(configs, version, entry));
        writer.WriteTags();
    }

    private static void WriteEntry(WireWriter writer, short version, KeyValuePair<string, string> entry)
    {
        writer.WriteString(entry.Key);
        writer.WriteString(entry.Value);
        writer.WriteBoolean(false); // It can be changed.
        if (version == 0)
        {
            writer.WriteBoolean(false); // It is set for the topic.
        }
        else
        {
            writer.WriteInt8(ConfigSource.DynamicTopic);
        }

        writer.WriteBoolean(false); // It is no secret.
        if (version >= 1)
        {
            writer.WriteArray(Array.Empty<string>(), static (_, _) => { }); // Synonyms.
        }

        if (version >= 3)
        {
            writer.WriteInt8(TextType);
            writer.WriteString(null); // Documentation.
        }

        writer.WriteTags();
    }

    private sealed record AskedResource(sbyte Type, string Name, List<string>? Names);
}
