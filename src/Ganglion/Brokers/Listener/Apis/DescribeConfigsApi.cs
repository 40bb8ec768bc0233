using System.Globalization;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// DescribeConfigs (32), versions 0–4: the settings of topics. KIP-133, KIP-226, KIP-569.
/// Deviations: only topics have settings, and synonyms are not told. A setting that is as the broker's default is told as a default, whether or not the
/// topic was given it.
/// </summary>
internal sealed class DescribeConfigsApi(ListenerContext context) : ImmediateApi(ApiKey.DescribeConfigs, 0, 4, flexibleFrom: 4)
{
    private static readonly string ThisBroker = ListenerContext.NodeId.ToString(CultureInfo.InvariantCulture);

    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
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
        return ValueTask.CompletedTask;
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
        (ErrorCode error, string? fault) = Check(resource);
        writer.WriteError(error);
        writer.WriteFault(fault);
        writer.WriteInt8(resource.Type);
        writer.WriteString(resource.Name);
        TopicSettings? settings = resource.Type == ConfigResource.Topic ? context.Broker.Catalog.Find(resource.Name)?.Settings : null;
        Dictionary<string, string> entries = settings is null ? [] : TopicConfiguration.ToEntries(settings);
        Dictionary<string, string> defaults = settings is null ? [] : TopicConfiguration.DefaultsFor(settings, context.Broker.Catalog.Defaults);
        writer.WriteArray(
            [.. entries.Where(entry => resource.Names is not { Count: > 0 } names || names.Contains(entry.Key))],
            (configs, entry) => WriteEntry(configs, version, entry, ConfigSource.Of(entry, defaults)));
        writer.WriteTags();
    }

    private (ErrorCode Error, string? Fault) Check(AskedResource resource)
    {
        try
        {
            switch (resource.Type)
            {
                case ConfigResource.Topic:
                    TopicRules.CheckName(resource.Name);
                    return context.Broker.Catalog.Find(resource.Name) is null
                        ? (ErrorCode.UnknownTopicOrPartition, $"Topic '{resource.Name}' does not exist.")
                        : (ErrorCode.None, null);
                case ConfigResource.Broker when resource.Name.Length > 0 && resource.Name != ThisBroker:
                case ConfigResource.BrokerLogger when resource.Name != ThisBroker:
                    return (ErrorCode.InvalidRequest, $"There is one broker, {ThisBroker}.");
                default:
                    return ConfigResource.IsKnown(resource.Type)
                        ? (ErrorCode.None, null)
                        : (ErrorCode.InvalidRequest, $"There are no resources of type {resource.Type}.");
            }
        }
        catch (TopicException exception)
        {
            return (Errors.CodeOf(exception), exception.Message);
        }
    }

    private static void WriteEntry(WireWriter writer, short version, KeyValuePair<string, string> entry, sbyte source)
    {
        writer.WriteString(entry.Key);
        writer.WriteString(entry.Value);
        writer.WriteBoolean(false); // It can be changed.
        if (version == 0)
        {
            writer.WriteBoolean(source == ConfigSource.Default);
        }
        else
        {
            writer.WriteInt8(source);
        }

        writer.WriteBoolean(false); // It is no secret.
        if (version >= 1)
        {
            writer.WriteArray(Array.Empty<string>(), static (_, _) => { }); // Synonyms.
        }

        if (version >= 3)
        {
            writer.WriteInt8((sbyte)TopicConfiguration.TypeOf(entry.Key));
            writer.WriteString(null); // Documentation.
        }

        writer.WriteTags();
    }

    private sealed record AskedResource(sbyte Type, string Name, List<string>? Names);
}
