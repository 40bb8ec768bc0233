using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Security;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>Something whose settings a client changes: a topic, if it is to succeed.</summary>
/// <param name="Type">One of <see cref="ConfigResource"/>, or something that has no settings here.</param>
/// <param name="Name">Its name.</param>
/// <param name="Change">The settings that it gets, by those that are in force.</param>
internal sealed record AlteredResource(sbyte Type, string Name, Func<TopicSettings, TopicSettings> Change)
{
    public ErrorCode Error { get; private set; }

    /// <summary>What is wrong with the request, or has failed; null: nothing.</summary>
    public string? Fault { get; set; }

    /// <summary>What is wrong with a list of settings; null: nothing.</summary>
    public static string? FaultOf(IReadOnlyCollection<(string Name, bool HasValue)> entries) =>
        entries.DistinctBy(entry => entry.Name).Count() < entries.Count ? "A setting is named twice."
        : entries.FirstOrDefault(entry => !entry.HasValue) is { Name: { } name } ? $"{name} has no value."
        : null;

    /// <summary>Reads a request, changes each of its resources on its own, or only looks whether it could be, and answers.</summary>
    /// <param name="context">What is served.</param>
    /// <param name="request">The request.</param>
    /// <param name="read">Reads a resource.</param>
    /// <param name="response">The answer.</param>
    public static void AlterAll(ListenerContext context, ApiRequest request, Func<WireReader, AlteredResource> read, WireWriter response)
    {
        WireReader body = request.Body;
        List<AlteredResource> resources = body.ReadArray(read);
        bool onlyValidates = body.ReadBoolean();
        body.SkipTags();
        HashSet<(sbyte Type, string Name)> twice =
            [.. resources.CountBy(resource => (resource.Type, resource.Name)).Where(count => count.Value > 1).Select(count => count.Key)];
        foreach (AlteredResource resource in resources)
        {
            resource.Fault = twice.Contains((resource.Type, resource.Name)) ? $"'{resource.Name}' is named twice."
                : resource.Type != ConfigResource.Topic ? "Only topics have settings that can be changed here."
                : resource.Fault;
            resource.Alter(context, request.Session, onlyValidates);
        }

        Write(response, resources);
    }

    private static void Write(WireWriter response, List<AlteredResource> resources)
    {
        response.WriteInt32(0); // Throttle time.
        response.WriteArray(resources, static (writer, resource) =>
        {
            writer.WriteError(resource.Error);
            writer.WriteFault(resource.Fault);
            writer.WriteInt8(resource.Type);
            writer.WriteString(resource.Name);
            writer.WriteTags();
        });
        response.WriteTags();
    }

    private void Alter(ListenerContext context, ClientSession client, bool onlyValidates)
    {
        if (Fault is not null)
        {
            Error = ConfigResource.IsKnown(Type) ? ErrorCode.InvalidRequest : ErrorCode.UnsupportedVersion;
            return;
        }

        try
        {
            context.Broker.Catalog.Alter(Name, Change, onlyValidates);
            if (!onlyValidates)
            {
                context.AgentTopics.Altered(client, Name);
            }
        }
        catch (GanglionException exception)
        {
            (Error, Fault) = (Errors.CodeOf(exception), exception.Message);
        }
    }
}
