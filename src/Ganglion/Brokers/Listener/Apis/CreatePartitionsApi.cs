using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Security;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// CreatePartitions (37), versions 0–3: gives topics more partitions. KIP-195.
/// Deviations: there is one broker, on which all of them are; replicas cannot be placed by hand.
/// </summary>
internal sealed class CreatePartitionsApi(ListenerContext context) : ImmediateApi(ApiKey.CreatePartitions, 0, 3, flexibleFrom: 2)
{
    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<AskedTopic> topics = body.ReadArray(ReadTopic);
        body.ReadInt32(); // How long it may take: it takes no time.
        bool onlyValidates = body.ReadBoolean();
        body.SkipTags();

        HashSet<string> twice = [.. topics.CountBy(topic => topic.Name).Where(count => count.Value > 1).Select(count => count.Key)];
        List<GrownTopic> grown = topics.ConvertAll(topic => twice.Contains(topic.Name)
            ? new GrownTopic(topic.Name, ErrorCode.InvalidRequest, $"'{topic.Name}' is named twice.")
            : Grow(topic, request.Session, onlyValidates));
        Write(response, grown);
        return ValueTask.CompletedTask;
    }

    private static AskedTopic ReadTopic(WireReader reader)
    {
        string name = reader.ReadString();
        int partitions = reader.ReadInt32();
        List<bool>? assignments = reader.ReadNullableArray(static assignment =>
        {
            assignment.ReadArray(static replica => replica.ReadInt32());
            assignment.SkipTags();
            return true;
        });
        reader.SkipTags();
        return new AskedTopic(name, partitions, assignments is { Count: > 0 });
    }

    private GrownTopic Grow(AskedTopic topic, ClientSession client, bool onlyValidates)
    {
        if (topic.PlacesReplicas)
        {
            return new GrownTopic(topic.Name, ErrorCode.InvalidReplicaAssignment, "There is one broker: replicas cannot be placed.");
        }

        try
        {
            context.Broker.Catalog.AddPartitions(topic.Name, topic.Partitions, onlyValidates);
            if (!onlyValidates)
            {
                context.AgentTopics.Grown(client, topic.Name);
            }

            return new GrownTopic(topic.Name, ErrorCode.None, null);
        }
        catch (GanglionException exception)
        {
            return new GrownTopic(topic.Name, Errors.CodeOf(exception), exception.Message);
        }
    }

    private static void Write(WireWriter response, List<GrownTopic> grown)
    {
        response.WriteInt32(0); // Throttle time.
        response.WriteArray(grown, static (writer, topic) =>
        {
            writer.WriteString(topic.Name);
            writer.WriteError(topic.Error);
            writer.WriteFault(topic.Fault);
            writer.WriteTags();
        });
        response.WriteTags();
    }

    private sealed record AskedTopic(string Name, int Partitions, bool PlacesReplicas);

    private sealed record GrownTopic(string Name, ErrorCode Error, string? Fault);
}
