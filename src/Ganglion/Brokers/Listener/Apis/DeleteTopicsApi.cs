using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>DeleteTopics (20), versions 0–6: deletes topics, by name or by id. KIP-4, KIP-516.</summary>
internal sealed class DeleteTopicsApi(ListenerContext context) : Api(ApiKey.DeleteTopics, 0, 6, flexibleFrom: 4)
{
    public override async ValueTask<bool> HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        List<(string? Name, Guid Id)> topics = request.Version >= 6
            ? body.ReadArray(ReadTopic)
            : body.ReadArray(static reader => ((string?)reader.ReadString(), Guid.Empty));
        body.ReadInt32(); // How long it may take.
        body.SkipTags();

        var deleted = new List<DeletedTopic>(topics.Count);
        foreach ((string? name, Guid id) in topics)
        {
            deleted.Add(await DeleteAsync(name, id, cancellationToken).ConfigureAwait(false));
        }

        Write(response, request.Version, deleted);
        return true;
    }

    private static (string? Name, Guid Id) ReadTopic(WireReader reader)
    {
        string? name = reader.ReadNullableString();
        Guid id = reader.ReadUuid();
        reader.SkipTags();
        return (name, id);
    }

    private async ValueTask<DeletedTopic> DeleteAsync(string? name, Guid id, CancellationToken cancellationToken)
    {
        name ??= context.Broker.Catalog.Find(id)?.Name;
        if (name is null)
        {
            return new DeletedTopic(null, id, ErrorCode.UnknownTopicId, $"There is no topic with the id {id}.");
        }

        id = context.Broker.Catalog.Find(name)?.Id ?? Guid.Empty;
        try
        {
            await context.Broker.Topics.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
            return new DeletedTopic(name, id, ErrorCode.None, null);
        }
        catch (GanglionException exception)
        {
            return new DeletedTopic(name, id, Errors.CodeOf(exception), exception.Message);
        }
    }

    private static void Write(WireWriter response, short version, List<DeletedTopic> deleted)
    {
        if (version >= 1)
        {
            response.WriteInt32(0); // Throttle time.
        }

        response.WriteArray(deleted, (writer, topic) =>
        {
            writer.WriteString(topic.Name);
            if (version >= 6)
            {
                writer.WriteUuid(topic.Id);
            }

            writer.WriteError(topic.Error);
            if (version >= 5)
            {
                writer.WriteFault(topic.Fault);
            }

            writer.WriteTags();
        });
        response.WriteTags();
    }

    private sealed record DeletedTopic(string? Name, Guid Id, ErrorCode Error, string? Fault);
}
